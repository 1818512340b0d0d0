// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/port_lease.hpp"

#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace diwan {
namespace {

TEST(PortLease, IsOfAPortThatCanBeBound) {
  const auto lease = PortLease::take();

  ASSERT_TRUE(lease);
  const Descriptor server{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(lease->port()));
  EXPECT_EQ(bind(*server, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
}

// So many that the kernel, which draws ports at random, gives one twice: of 28,232 ports 400 drawn
// by each of two processes share one with a probability of 0.997.
TEST(PortLease, NoTwoProcessesHaveTheSame) {
  constexpr int count = 400;
  const auto take = [] {
    std::vector<PortLease> leases;
    while (leases.size() < count) {
      leases.push_back(*PortLease::take());
    }
    return leases;
  };
  int pipe_ends[2];
  ASSERT_EQ(pipe(&pipe_ends[0]), 0);
  int hold_ends[2];
  ASSERT_EQ(pipe(&hold_ends[0]), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(hold_ends[1]);
    const std::vector<PortLease> leases = take();
    for (const PortLease& lease : leases) {
      const int port = lease.port();
      [[maybe_unused]] const auto size = write(pipe_ends[1], &port, sizeof port);
    }
    close(pipe_ends[1]);
    char end = 0;
    [[maybe_unused]] const auto size = read(hold_ends[0], &end, 1);
    _exit(0);
  }
  close(pipe_ends[1]);
  close(hold_ends[0]);

  const std::vector<PortLease> ours = take();
  std::set<int> all;
  for (const PortLease& lease : ours) {
    all.insert(lease.port());
  }
  for (int port = 0; read(pipe_ends[0], &port, sizeof port) == sizeof port;) {
    all.insert(port);
  }
  close(hold_ends[1]);
  waitpid(child, nullptr, 0);

  EXPECT_EQ(all.size(), 2U * count);
}

}  // namespace
}  // namespace diwan
