/// The few functions of MPI that training on several processes needs, of whichever MPI is installed: found when the program
/// runs, so that it is built, and works on one process, without any.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// What may go on at the same time without waiting for each other; what goes over one channel is begun in the same order by
/// all ranks.
enum { mpi_channel_count = 4 };

/// A transfer that is under way.
typedef struct {
    uintptr_t handle;
} mpi_request;

/// Opens a library and finds its functions.
///
/// - Parameters:
///   - name: a file, or a name that the loader looks for.
///   - problem: what is wrong, for people.
/// - Returns: whether it can be used.
int mpi_open(const char *name, char *problem, size_t capacity);

/// Begins: the launcher is told, and which rank this is of how many is found out.
///
/// - Returns: 0, or MPI's error.
int mpi_begin(int *rank, int *count);
/// Waits until all ranks have come here, and ends.
void mpi_finish(void);
/// Of the library, as it describes itself.
void mpi_describe(char *text, size_t capacity);

/// Everybody's piece to everybody, in the order of ranks.
int mpi_gather(int channel, const void *piece, void *all, size_t bytes, mpi_request *request);
/// The piece for each rank to that rank: `pieces` has one for each, `received` one of each.
int mpi_exchange(int channel, const void *pieces, void *received, size_t bytes, mpi_request *request);
/// One rank's bytes to all.
int mpi_broadcast(int channel, void *data, size_t bytes, int root, mpi_request *request);
/// Whether a transfer is done; it goes on while it is asked.
int mpi_is_done(mpi_request *request, int *done);
