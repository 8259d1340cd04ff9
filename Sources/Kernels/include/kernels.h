int saccade_kernels_version(void);
