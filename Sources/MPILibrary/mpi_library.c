#include "mpi_library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

// There are two families of MPI whose programs do not run with each other's library. What they call a communicator, a type or
// a request is a pointer in Open MPI, and a number of 32 bits in MPICH and all that keep to its binary interface (Intel MPI,
// MVAPICH, Cray MPICH). Both fit into a register, and a number that is written to memory fills its lower half: with zeros
// before, and on machines that put the lower half first, one type does for both.
typedef uintptr_t handle;

static struct {
    int (*init_thread)(int *, char ***, int, int *);
    int (*finalize)(void);
    int (*comm_rank)(handle, int *);
    int (*comm_size)(handle, int *);
    int (*comm_dup)(handle, handle *);
    int (*comm_set_errhandler)(handle, handle);
    int (*barrier)(handle);
    int (*iallgather)(const void *, int, handle, void *, int, handle, handle, handle *);
    int (*ialltoall)(const void *, int, handle, void *, int, handle, handle, handle *);
    int (*ibcast)(void *, int, handle, int, handle, handle *);
    int (*test)(handle *, int *, void *);
    int (*get_library_version)(char *, int *);
    handle world, byte, errors_return;
    void *ignored_status;
    handle channels[mpi_channel_count];
} mpi;

enum { thread_serialized = 2, version_capacity = 8192 };

static int find(void *library, const char *name, void *function, char *problem, size_t capacity) {
    void *found = dlsym(library, name);
    if (!found) snprintf(problem, capacity, "it has no function %s", name);
    memcpy(function, &found, sizeof found);
    return found != NULL;
}

int mpi_open(const char *name, char *problem, size_t capacity) {
    // Its own plugins look for its symbols among everybody's.
    void *library = dlopen(name, RTLD_NOW | RTLD_GLOBAL);
    if (!library) {
        snprintf(problem, capacity, "%s", dlerror());
        return 0;
    }
#define FIND(field, name) \
    if (!find(library, name, &mpi.field, problem, capacity)) return 0
    FIND(init_thread, "MPI_Init_thread");
    FIND(finalize, "MPI_Finalize");
    FIND(comm_rank, "MPI_Comm_rank");
    FIND(comm_size, "MPI_Comm_size");
    FIND(comm_dup, "MPI_Comm_dup");
    FIND(comm_set_errhandler, "MPI_Comm_set_errhandler");
    FIND(barrier, "MPI_Barrier");
    FIND(iallgather, "MPI_Iallgather");
    FIND(ialltoall, "MPI_Ialltoall");
    FIND(ibcast, "MPI_Ibcast");
    FIND(test, "MPI_Test");
    FIND(get_library_version, "MPI_Get_library_version");
#undef FIND
    void *world = dlsym(library, "ompi_mpi_comm_world");
    if (world) {
        mpi.world = (handle)world;
        mpi.byte = (handle)dlsym(library, "ompi_mpi_byte");
        mpi.errors_return = (handle)dlsym(library, "ompi_mpi_errors_return");
        mpi.ignored_status = NULL;
        if (mpi.byte && mpi.errors_return) return 1;
        snprintf(problem, capacity, "it looks like Open MPI, but has no ompi_mpi_byte");
        return 0;
    }
    char version[version_capacity] = "";
    int length = 0;
    // Allowed before MPI has begun.
    mpi.get_library_version(version, &length);
    if (!strstr(version, "MPICH") && !strstr(version, "Intel") && !strstr(version, "MVAPICH") && !strstr(version, "CRAY")) {
        snprintf(problem, capacity, "it is neither Open MPI nor of MPICH's kind: %.80s", version);
        return 0;
    }
    mpi.world = 0x44000000;
    mpi.byte = 0x4c00010d;
    mpi.errors_return = 0x54000001;
    mpi.ignored_status = (void *)1;
    return 1;
}

int mpi_begin(int *rank, int *count) {
    int level = 0;
    int error = mpi.init_thread(NULL, NULL, thread_serialized, &level);
    if (error) return error;
    if ((error = mpi.comm_set_errhandler(mpi.world, mpi.errors_return))) return error;
    if ((error = mpi.comm_rank(mpi.world, rank))) return error;
    if ((error = mpi.comm_size(mpi.world, count))) return error;
    for (int channel = 0; channel < mpi_channel_count; channel++) {
        if ((error = mpi.comm_dup(mpi.world, &mpi.channels[channel]))) return error;
    }
    return 0;
}

void mpi_finish(void) {
    mpi.barrier(mpi.world);
    mpi.finalize();
}

void mpi_describe(char *text, size_t capacity) {
    char version[version_capacity] = "";
    int length = 0;
    mpi.get_library_version(version, &length);
    version[strcspn(version, ",\n")] = 0;
    for (char *tab = version; (tab = strchr(tab, '\t')); tab++) *tab = ' ';
    snprintf(text, capacity, "%s", version);
}

int mpi_gather(int channel, const void *piece, void *all, size_t bytes, mpi_request *request) {
    request->handle = 0;
    return mpi.iallgather(
        piece, (int)bytes, mpi.byte, all, (int)bytes, mpi.byte, mpi.channels[channel], &request->handle);
}

int mpi_exchange(int channel, const void *pieces, void *received, size_t bytes, mpi_request *request) {
    request->handle = 0;
    return mpi.ialltoall(
        pieces, (int)bytes, mpi.byte, received, (int)bytes, mpi.byte, mpi.channels[channel], &request->handle);
}

int mpi_broadcast(int channel, void *data, size_t bytes, int root, mpi_request *request) {
    request->handle = 0;
    return mpi.ibcast(data, (int)bytes, mpi.byte, root, mpi.channels[channel], &request->handle);
}

int mpi_is_done(mpi_request *request, int *done) { return mpi.test(&request->handle, done, mpi.ignored_status); }
