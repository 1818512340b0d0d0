// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "driver/launchers/mpi/process_identity.hpp"
#include "driver/launchers/supervisor/share.hpp"

namespace diwan::mpi {

class Channel;

// What rank 0 and the workers say to each other:
//
//   worker                      rank 0
//     hello             ──▶                  who and where it is, what the host offers
//                       ◀──   welcome        the directory to see, slots, silence allowed
//     ready | refused   ──▶                  refused: why, as text
//     frames            ◀─▶   frames         the supervisor's, relayed as they are
//     heartbeat         ◀─▶   heartbeat      each second, if there was nothing else
//     supervisor_gone   ──▶                  how; this worker can start nothing more
//     warned            ──▶                  it received SIGTERM; rank 0 answers with a heartbeat
//                       ◀──   shut_down      end the supervisor and what it runs
//     farewell          ──▶                  done; the worker goes to MPI_Finalize
//                       ◀──   begone         taken for dead before: end at once, without farewell
enum Tag : int {
  hello = 1,
  welcome,
  ready,
  refused,
  heartbeat,
  supervisor_gone,
  warned,
  shut_down,
  farewell,
  begone,
  frames,
};

/// Times of the dialogue; tests shorten them.
struct Tempo {
  std::chrono::milliseconds heartbeat{1000};  ///< between messages, at most
  std::chrono::milliseconds silence{10000};   ///< after which the other side is taken for dead
  std::chrono::milliseconds gap{2000};        ///< between our own turns: we were stopped, not they
  std::chrono::milliseconds farewell{5000};   ///< for workers to end
  bool operator==(const Tempo&) const = default;
};

struct Hello {
  ProcessIdentity process;
  HostResources resources;
  bool operator==(const Hello&) const = default;
};

/// How a worker can tell that the directory it sees is rank 0's: a path alone may be a local disk.
struct DirectoryMark {
  std::string path;
  std::uint64_t inode = 0;
  std::string owner;  ///< what the owner file says; empty: none there
  bool operator==(const DirectoryMark&) const = default;
};

struct Welcome {
  ProcessIdentity coordinator;
  DirectoryMark directory;
  Tempo tempo;
  bool operator==(const Welcome&) const = default;
};

std::string encode(const Hello& hello);
std::string encode(const Welcome& welcome);
Hello decode_hello(const std::string& text);
Welcome decode_welcome(const std::string& text);

/// The mark of `path` as it is seen here. @throws std::runtime_error if there is no such directory.
DirectoryMark mark_of(const std::string& path);
/// What is wrong if the directory marked elsewhere is not the one seen here.
std::optional<std::string> not_the_same(const DirectoryMark& there);

/// Sends `ranks` home and waits until each has said farewell, at most `patience`.
void dismiss(Channel& channel, std::set<int> ranks, std::chrono::milliseconds patience);

}  // namespace diwan::mpi
