extension Topic {
    static let cluster = Topic(
        name: "cluster", title: "Clusters",
        blocks: [
            .text(
                "A study can be trained by Slurm, or by anything that starts commands on many machines. Its runs are handed "
                    + "out as cells with numbers; each is trained in a home of its own below one folder, because a history "
                    + "must not be written by several machines over a network. Nothing needs a service or the internet."
            ),
            .heading("A study on Slurm"),
            .lines(
                """
                saccade study FILE --slurm -o DIR --time 2:00:00 --jobs 16 --partition cpu
                sbatch DIR/job.sbatch               or --submit above
                saccade study status DIR            cells: pending, running, finished, failed
                saccade study gather DIR            finished runs come into your history
                saccade study FILE --report         the table
                """),
            .text(
                "The script is a job array that people can read and change; task N trains cell N of DIR/cells.txt, and its "
                    + "output is in DIR/logs. 90 seconds before the time limit Slurm sends USR2: the cell stops with a "
                    + "checkpoint, and the task is queued again and goes on. What is finished is never trained again: it is "
                    + "left out of the script, and ends at once where it is in one. Cells that take weights of others are in "
                    + "a second array, submitted with --dependency=afterany. A search is handed out stage by stage: gather, "
                    + "and give the same command again. --sbatch '--mem=4G' adds any option of sbatch."),
            .heading("A study with GNU parallel"),
            .lines(
                """
                saccade study cells FILE -o DIR | parallel -j 8
                saccade study cells FILE -o DIR | parallel --sshlogin a,b -j 4   DIR is on both
                saccade study cell DIR 3            one of them
                """),
            .heading("One long run"),
            .lines(
                """
                saccade train --preset full --data DIR --slurm --time 12:00:00 --cpus-per-task 16
                saccade train --preset full --data DIR --slurm --ntasks 4     srun --mpi=pmix -n 4
                """),
            .text(
                "The script resumes its run when it was preempted or its time was over. The run is in a home of its own, "
                    + "beside the script, and `saccade runs pull` brings it into your history."),
            .heading("Watching"),
            .text(
                "A run is watched on the machine that trains it, because its socket is there: `squeue` says which, and "
                    + "`saccade study status`, too. From the login node, or with it in between:"),
            .lines(
                """
                ssh -t NODE env SACCADE_HOME=DIR/homes/IDENTIFIER saccade attach
                ssh -t -J LOGIN NODE env SACCADE_HOME=DIR/home saccade attach
                srun --jobid JOB --overlap --pty env SACCADE_HOME=DIR/home saccade attach
                """),
            .text(
                "The last works where ssh to the nodes is not allowed. `scancel --signal=USR2 --batch JOB` stops a job with a "
                    + "checkpoint and queues it again, `scancel JOB` ends it; submitting the script again goes on."),
        ])
}
