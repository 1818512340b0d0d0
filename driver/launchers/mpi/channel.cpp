// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/mpi/channel.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "driver/launchers/mpi/check.hpp"

namespace diwan::mpi {
namespace {

constexpr std::size_t receives_under_way = 64;
/// Shorter messages leave whole when they are sent; Open MPI's limit in shared memory is 4 KiB.
constexpr std::size_t eager_bytes = 2048;

bool completed(MPI_Request& request) {
  int flag = 0;
  check(MPI_Test(&request, &flag, MPI_STATUS_IGNORE), "MPI_Test");
  return flag != 0;
}

int world_size(MPI_Comm communicator) {
  int size = 0;
  check(MPI_Comm_size(communicator, &size), "MPI_Comm_size");
  return size;
}

}  // namespace

Channel::Channel(MPI_Comm communicator)
    : communicator_(communicator),
      peers_(static_cast<std::size_t>(world_size(communicator))),
      abandoned_(std::make_unique<Abandoned>()) {}

Channel::~Channel() {
  for (int rank = 0; rank < static_cast<int>(peers_.size()); ++rank) {
    forget(rank);
  }
  if (!abandoned_->sends.empty() || !abandoned_->receives.empty()) {
    // Their requests never completed: only the end of the process takes the memory back safely.
    static_cast<void>(abandoned_.release());
  }
}

void Channel::send(int peer, int tag, std::string bytes) {
  Peer& to = peers_.at(static_cast<std::size_t>(peer));
  to.backlog_bytes += std::max<std::size_t>(bytes.size(), 1);
  to.waiting.push_back({.request = MPI_REQUEST_NULL, .tag = tag, .bytes = std::move(bytes)});
  start_sends(peer, to);
}

void Channel::start_sends(int rank, Peer& peer) {
  while (!peer.waiting.empty() && peer.under_way.size() < sends_under_way) {
    Outgoing& next = peer.under_way.emplace_back(std::move(peer.waiting.front()));
    peer.waiting.pop_front();
    // progress() tests it until it has completed.
    // NOLINTNEXTLINE(clang-analyzer-optin.mpi.MPI-Checker)
    check(MPI_Issend(next.bytes.data(), static_cast<int>(next.bytes.size()), MPI_BYTE, rank,
                     next.tag, communicator_, &next.request),
          "MPI_Issend");
  }
}

void Channel::progress() {
  for (int rank = 0; rank < static_cast<int>(peers_.size()); ++rank) {
    Peer& peer = peers_[static_cast<std::size_t>(rank)];
    std::erase_if(peer.under_way, [&](Outgoing& outgoing) {
      if (!completed(outgoing.request)) {
        return false;
      }
      peer.backlog_bytes -= std::max<std::size_t>(outgoing.bytes.size(), 1);
      return true;
    });
    start_sends(rank, peer);
  }
}

std::optional<Message> Channel::receive() {
  if (auto message = take_arrived()) {
    return message;
  }
  while (arriving_.size() < receives_under_way && accept()) {
    if (auto message = take_arrived()) {
      return message;
    }
  }
  return std::nullopt;
}

/// Matches the next message and starts to receive it.
bool Channel::accept() {
  int flag = 0;
  MPI_Message handle = MPI_MESSAGE_NULL;
  MPI_Status status{};
  check(MPI_Improbe(MPI_ANY_SOURCE, MPI_ANY_TAG, communicator_, &flag, &handle, &status),
        "MPI_Improbe");
  if (flag == 0) {
    return false;
  }
  int length = 0;
  check(MPI_Get_count(&status, MPI_BYTE, &length), "MPI_Get_count");
  Incoming& incoming = arriving_.emplace_back();
  incoming.message.peer = status.MPI_SOURCE;
  incoming.message.tag = status.MPI_TAG;
  incoming.message.bytes.resize(static_cast<std::size_t>(length));
  check(MPI_Imrecv(incoming.message.bytes.data(), length, MPI_BYTE, &handle, &incoming.request),
        "MPI_Imrecv");
  return true;
}

/// The first complete message that is not behind an incomplete one of the same peer.
std::optional<Message> Channel::take_arrived() {
  std::vector<int> behind;
  for (auto incoming = arriving_.begin(); incoming != arriving_.end(); ++incoming) {
    const int peer = incoming->message.peer;
    if (std::find(behind.begin(), behind.end(), peer) != behind.end()) {
      continue;
    }
    if (completed(incoming->request)) {
      Message message = std::move(incoming->message);
      arriving_.erase(incoming);
      return message;
    }
    behind.push_back(peer);
  }
  return std::nullopt;
}

std::size_t Channel::backlog_bytes(int peer) const {
  return peers_.at(static_cast<std::size_t>(peer)).backlog_bytes;
}

bool Channel::transferring() const {
  const auto needs_us = [](const Outgoing& outgoing) {
    return outgoing.bytes.size() > eager_bytes;
  };
  return !arriving_.empty() || std::any_of(peers_.begin(), peers_.end(), [&](const Peer& peer) {
    return !peer.waiting.empty() ||
           std::any_of(peer.under_way.begin(), peer.under_way.end(), needs_us);
  });
}

void Channel::forget(int rank) {
  Peer& peer = peers_.at(static_cast<std::size_t>(rank));
  peer.waiting.clear();
  peer.backlog_bytes = 0;
  abandoned_->sends.splice(abandoned_->sends.end(), peer.under_way);
  for (auto incoming = arriving_.begin(); incoming != arriving_.end();) {
    const auto next = std::next(incoming);
    if (incoming->message.peer == rank) {
      abandoned_->receives.splice(abandoned_->receives.end(), arriving_, incoming);
    }
    incoming = next;
  }
}

}  // namespace diwan::mpi
