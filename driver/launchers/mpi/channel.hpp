// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstddef>
#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <mpi.h>

namespace diwan::mpi {

/// What came from another rank.
struct Message {
  int peer = 0;
  int tag = 0;
  std::string bytes;
};

/// Messages between ranks without ever blocking, so that a dead rank cannot hold us.
///
/// Sends are synchronous in MPI's sense (complete once the receiver has matched them) and limited
/// in number for each peer, the rest waits here: a receiver that does not keep up is felt as a
/// backlog, and memory on either side stays bounded. Messages of one peer arrive in order. Only the
/// thread that initialised MPI may use it.
class Channel {
 public:
  explicit Channel(MPI_Comm communicator);
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel();

  /// Queues a message and starts it if the limit allows. @throws MpiError
  void send(int peer, int tag, std::string bytes);
  /// Moves sends on. @throws MpiError
  void progress();
  /// The next whole message, if one is there. @throws MpiError
  std::optional<Message> receive();

  /// Whether a message is on its way that needs our progress() to arrive: a long one, or one that
  /// waits for others.
  bool transferring() const;
  /// Bytes accepted for `peer` and not yet matched by it; an empty message counts as one.
  std::size_t backlog_bytes(int peer) const;
  /// Drops what waits for a peer that is gone; what is under way is left to MPI.
  void forget(int peer);

  static constexpr std::size_t sends_under_way = 8;
  static constexpr std::size_t message_bytes = std::size_t{256} << 10;

 private:
  struct Outgoing {
    MPI_Request request = MPI_REQUEST_NULL;
    int tag = 0;
    std::string bytes;
  };
  struct Incoming {
    MPI_Request request = MPI_REQUEST_NULL;
    Message message;
  };
  struct Peer {
    std::list<Outgoing> under_way;
    std::deque<Outgoing> waiting;
    std::size_t backlog_bytes = 0;
  };
  /// Buffers that MPI may still read or write.
  struct Abandoned {
    std::list<Outgoing> sends;
    std::list<Incoming> receives;
  };

  void start_sends(int rank, Peer& peer);
  bool accept();
  std::optional<Message> take_arrived();

  MPI_Comm communicator_;
  std::vector<Peer> peers_;
  std::list<Incoming> arriving_;  ///< in the order of their sending, as far as one peer goes
  std::unique_ptr<Abandoned> abandoned_;
};

}  // namespace diwan::mpi
