// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/segment.hpp"

#include <string>

#include <gtest/gtest.h>

#include "driver/store/chain.hpp"
#include "tests/driver/store/histories.hpp"
#include "tests/driver/store/temporary_directory.hpp"

namespace diwan {
namespace {

/// A directory with a journal of one segment, as a killed owner leaves it.
class Segment : public testing::Test {
 protected:
  Segment() {
    const auto store = open_store(directory_.path());
    store->append(history_.next(12));
    store->flush(std::chrono::seconds(60));
    whole_ = slurp(path());
    places_ = places();
  }

  std::filesystem::path path() const { return directory_ / "journal.1.1"; }

  /// Where each frame begins, and the end.
  std::vector<std::size_t> places() const {
    SegmentReader reader(*disk::open_to_read(path()), path(), std::nullopt);
    std::vector<std::size_t> result;
    while (const auto frame = reader.next()) {
      result.push_back(frame->place);
    }
    result.push_back(reader.whole_bytes());
    return result;
  }

  std::string error_of_replay() const {
    try {
      replay_all(directory_.path());
    } catch (const StoreError& error) {
      return error.what();
    }
    return "";
  }

  std::vector<Record> first(std::size_t count) const {
    return {history_.all().begin(), history_.all().begin() + static_cast<std::ptrdiff_t>(count)};
  }

  TemporaryDirectory directory_;
  History history_{11};
  std::string whole_;
  std::vector<std::size_t> places_;
};

TEST_F(Segment, IsNotYetWrittenWhereItsLastFrameIsTornAtAnyByte) {
  const std::size_t last = places_[11];
  for (std::size_t length = last; length < whole_.size(); ++length) {
    spit(path(), whole_.substr(0, length));

    std::size_t count = 0;
    const ReplayReport report = replay(directory_.path(), [&](Record&&) { ++count; });

    EXPECT_EQ(count, 11u);
    EXPECT_EQ(report.last_record, 11u);
    EXPECT_EQ(report.torn_bytes, length - last);
    EXPECT_EQ(report.torn_file, length > last ? path().string() : "");
  }
}

TEST_F(Segment, TornTailIsCutByTheNextOwnerAndReported) {
  spit(path(), whole_.substr(0, whole_.size() - 3));
  history_.forget_after(11);
  std::string late = whole_;
  {
    const auto store = open_store(directory_.path());
    const ReplayReport report = store->replay([](Record&&) {});
    EXPECT_EQ(report.torn_bytes, whole_.size() - 3 - places_[11]);
    EXPECT_EQ(report.torn_file, path().string());
    EXPECT_EQ(report.last_record, 11u);
    store->append(history_.next(4));
  }

  EXPECT_EQ(replay_all(directory_.path()), history_.all());
}

TEST_F(Segment, DamageBeforeTheTailNamesFileAndByte) {
  for (std::size_t i = 0; i < 11; ++i) {
    std::string damaged = whole_;
    damaged[(places_[i] + places_[i + 1]) / 2] ^= '\x10';
    spit(path(), damaged);

    const std::string error = error_of_replay();

    EXPECT_TRUE(error.starts_with(path().string() + ": damaged at byte " +
                                  std::to_string(places_[i]) + ": "))
        << error;
    EXPECT_THROW(open_store(directory_.path()), StoreError);
    EXPECT_EQ(slurp(path()), damaged);
    EXPECT_EQ(segments_in(directory_.path()), std::vector<std::string>{"journal.1.1"});
  }
}

TEST_F(Segment, DamageOfAnyBitIsSeen) {
  for_each_seed(100, [&](Dice& dice) {
    std::string damaged = whole_;
    const std::size_t place = places_[0] + dice.below(places_[11] - places_[0]);
    damaged[place] = static_cast<char>(damaged[place] ^ (1 << dice.below(8)));
    spit(path(), damaged);

    EXPECT_NE(error_of_replay(), "") << "byte " << place;
  });
}

TEST_F(Segment, DamagedHeaderIsNamed) {
  std::string damaged = whole_;
  damaged[30] ^= '\x01';
  spit(path(), damaged);
  EXPECT_EQ(error_of_replay(), path().string() +
                                   ": damaged at byte 8: its header is incomplete or has a wrong "
                                   "checksum; restore the directory from a copy");

  spit(path(), "not a journal");
  EXPECT_EQ(error_of_replay(),
            path().string() + ": is no journal of Diwan (its first bytes differ)");
}

TEST_F(Segment, MissingOneIsNamed) {
  {
    const auto store = open_store(directory_.path());
    store->append(history_.next(3));
  }
  std::filesystem::remove(path());

  EXPECT_EQ(error_of_replay(), path().string() +
                                   ": is missing, but later records follow it; restore the "
                                   "directory from a copy");
}

TEST_F(Segment, ShorterThanItsSuccessorSaysIsDamaged) {
  {
    const auto store = open_store(directory_.path());
    store->append(history_.next(3));
  }
  spit(path(), whole_.substr(0, whole_.size() - 1));

  EXPECT_TRUE(error_of_replay().starts_with(path().string() + ": damaged at byte " +
                                            std::to_string(whole_.size() - 1)))
      << error_of_replay();
}

TEST_F(Segment, LateAppendsOfAStaleOwnerAreNeverRead) {
  const std::vector<Record> late = history_.next(5);
  std::string frames;
  {  // What the owner of epoch 1 would have written: the frames behind the first twelve.
    TemporaryDirectory other;
    {
      const auto store = open_store(other.path());
      store->append(history_.all());
    }
    frames = slurp(other / "journal.1.1").substr(whole_.size());
  }
  history_.forget_after(12);
  const auto store = open_store(directory_.path());  // epoch 2
  store->append(history_.next(6));
  ASSERT_TRUE(store->flush(std::chrono::seconds(60)));

  spit(path(), whole_ + frames);
  // It went on to a segment of its own, too.
  std::filesystem::copy_file(path(), directory_ / "journal.1.9");

  EXPECT_EQ(replay_all(directory_.path()), history_.all());
}

TEST(SegmentName, IsReadBackAndNothingElseIsTakenForOne) {
  EXPECT_EQ(to_string(SegmentName{3, 12}), "journal.3.12");
  EXPECT_EQ(parse_segment_name("journal.3.12"), (SegmentName{3, 12}));
  for (const char* other : {"journal", "journal.3", "journal.3.", "journal.03.1", "journal.3.x",
                            "journal.3.1.tmp", "journal.0.1", "xjournal.1.1"}) {
    EXPECT_EQ(parse_segment_name(other), std::nullopt) << other;
  }
}

}  // namespace
}  // namespace diwan
