// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// Metrics that a run shows to Prometheus, from real programs on real ports.

#include <cmath>
#include <csignal>

#include "driver/launchers/supervisor/recover.hpp"
#include "tests/driver/launchers/supervisor/run_case.hpp"

namespace diwan::test {
namespace {

/// A server that answers a GET of /metrics with `pages`, the next one each time the file "next" is
/// there, and touches the file "asked" after each answer; any other path is not found.
constexpr const char* server = R"(
import http.server, os, sys, time
pages = sys.argv[1:]
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path != '/metrics' or self.headers['X-Key'] not in (None, 'k'):
            self.send_error(404)
            return
        if len(pages) > 1 and os.path.exists('next'):
            os.remove('next')
            pages.pop(0)
        body = pages[0].encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)
        open('asked', 'w').close()
    def log_message(self, *words): pass
http.server.HTTPServer(('127.0.0.1', int(os.environ['DIWAN_PORT'])), Handler).serve_forever()
)";

class Scrape : public RunCase {
 protected:
  void start_scraping(const std::function<void(RunSettings&)>& change = [](RunSettings&) {}) {
    start([&](RunSettings& settings) {
      settings.collector.kind = CollectorKind::prometheus_metric;
      settings.grace = std::chrono::seconds{20};
      change(settings);
    });
  }
  /// A run of a line of Python.
  static Launch python(std::uint32_t trial, const std::string& program,
                       const std::vector<std::string>& arguments = {}) {
    std::vector<std::string> argv = {"python3", "-c", program};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return command(trial, argv);
  }
};

TEST_F(Scrape, ChangedValuesComeWhileTheRunLives) {
  start_scraping();

  submit(python(1, server, {"# TYPE loss gauge\nloss 0.5\n", "loss NaN\nother 3", "loss 0.25"}));
  ASSERT_TRUE(listener_->until_value(1));
  touch(attempt(1) / "next");
  ASSERT_TRUE(listener_->until([&] { return listener_->story(1).values().size() == 2; }));
  touch(attempt(1) / "next");
  ASSERT_TRUE(listener_->until([&] { return listener_->story(1).values().size() == 3; }));
  cancel(1);

  ASSERT_TRUE(listener_->until_ended(1));
  const std::vector<double> values = listener_->story(1).values();
  EXPECT_EQ(values[0], 0.5);
  EXPECT_TRUE(std::isnan(values[1]));
  EXPECT_EQ(values[2], 0.25);
  EXPECT_EQ(listener_->story(1).observed.at(0).source, Source::file);
}

TEST_F(Scrape, TheFolderGivesTheSameAgain) {
  start_scraping();
  submit(python(1, server, {"loss 0.1 1500\nloss 0.1 1501\n", "loss 0.2"}));
  ASSERT_TRUE(listener_->until_value(1));
  touch(attempt(1) / "next");
  ASSERT_TRUE(listener_->until([&] { return listener_->story(1).values().size() == 3; }));
  cancel(1, true);
  ASSERT_TRUE(listener_->until_ended(1));

  const auto again = recover(settings_, "e-1", {.trial = 1, .attempt = 1});

  ASSERT_EQ(again.size(), 2U);
  const auto& observed = std::get<Observed>(again[0]);
  EXPECT_EQ(observed.values, (std::vector<double>{0.1, 0.1, 0.2}));
  EXPECT_EQ(observed.times[0], Time{std::chrono::milliseconds{1500}});
  EXPECT_EQ(observed.times[2], listener_->story(1).observed.back().times.back());
}

TEST_F(Scrape, TheLastValueBeforeAStopIsReadWhenTheRunIsAskedToStop) {
  start_scraping();
  // The value that is shown first after TERM; the program ends itself once it was asked for.
  const std::string stopping = std::string(R"(
import signal, threading
def stop(number, frame):
    pages[:] = ['loss 7']
    def end():
        os.path.exists('asked') and os.remove('asked')
        while not os.path.exists('asked'): time.sleep(0.01)
        os._exit(0)
    threading.Thread(target=end).start()
signal.signal(signal.SIGTERM, stop)
)");
  submit(python(1, "pages=[]\n" + stopping + std::string(server), {"loss 1"}));
  ASSERT_TRUE(listener_->until_value(1));

  cancel(1);

  ASSERT_TRUE(listener_->until_ended(1));
  EXPECT_EQ(listener_->story(1).values(), (std::vector<double>{1, 7}));
}

TEST_F(Scrape, TwoRunsAtATimeHavePortsOfTheirOwn) {
  start_scraping();

  submit(python(1, server, {"loss 1"}));
  submit(python(2, server, {"loss 2"}));

  ASSERT_TRUE(listener_->until_value(1));
  ASSERT_TRUE(listener_->until_value(2));
  EXPECT_EQ(listener_->story(1).values(), (std::vector<double>{1}));
  EXPECT_EQ(listener_->story(2).values(), (std::vector<double>{2}));
}

TEST_F(Scrape, HeadersAreSentAndAnErrorOfTheServerIsNamed) {
  start_scraping([](RunSettings& settings) { settings.scrape.headers = {{"X-Key", "k"}}; });
  submit(python(1, server, {"loss 1"}));
  EXPECT_TRUE(listener_->until_value(1));

  start_scraping([](RunSettings& settings) { settings.scrape.path = "/nowhere"; });
  const std::string reason =
      end_of(python(2,
                    std::string("import threading, time\nthreading.Timer(2, lambda: "
                                "os._exit(0)).start()\n") +
                        server,
                    {"loss 1"}))
          .reason;

  EXPECT_NE(reason.find("/nowhere: it answered 404 Not Found"), std::string::npos) << reason;
}

TEST_F(Scrape, ARunThatNeverListensIsNotHeldUpAndSaysSo) {
  start_scraping();

  const Ended& ended = end_of(shell(1, "sleep 0.3"));

  EXPECT_EQ(ended.outcome, RunOutcome::succeeded);
  EXPECT_NE(ended.reason.find(R"(no value of "loss" was seen at http://127.0.0.1:)"),
            std::string::npos);
  EXPECT_NE(ended.reason.find("/metrics: nothing listened there (Connection refused); have the "
                              "program listen on DIWAN_PORT; read is a line loss 0.5"),
            std::string::npos)
      << ended.reason;
}

TEST_F(Scrape, OtherSeriesAreNamedWhereTheObjectiveIsNotAmongThem) {
  start_scraping();

  const std::string reason =
      end_of(python(1,
                    std::string("import os, threading, time\ndef end():\n"
                                "    while not os.path.exists('asked'): time.sleep(0.01)\n"
                                "    time.sleep(0.5)\n    os._exit(0)\n"
                                "threading.Thread(target=end).start()\n") +
                        server,
                    {"up 1\nloss{split=\"val\"} 3\n"}))
          .reason;

  EXPECT_NE(reason.find("/metrics; numbers stand there by loss{split=\"val\"}, up; read is a line "
                        "loss 0.5"),
            std::string::npos)
      << reason;
}

TEST_F(Scrape, AnAnswerWithoutEndBlocksNobody) {
  start_scraping();
  const char* trickle =
      "import os, socket, time\ns = socket.create_server(('127.0.0.1', "
      "int(os.environ['DIWAN_PORT'])))\nc, _ = s.accept()\nc.send(b'HTTP/1.1 200 OK\\r\\n\\r\\n')\n"
      "open('asked', 'w').close()\nwhile True:\n    c.send(b'loss 1\\n'); time.sleep(0.05)\n";
  submit(python(1, trickle));
  ASSERT_TRUE(listener_->until([&] { return std::filesystem::exists(attempt(1) / "asked"); }));

  end_of(python(2,
                std::string("import os, threading, time\ndef end():\n    while not "
                            "os.path.exists('asked'): time.sleep(0.01)\n    time.sleep(0.5)\n"
                            "    os._exit(0)\nthreading.Thread(target=end).start()\n") +
                    server,
                {"loss 2"}));

  EXPECT_EQ(listener_->story(2).values(), (std::vector<double>{2}));
  EXPECT_TRUE(listener_->story(1).ended.empty());
  EXPECT_TRUE(listener_->story(1).values().empty());
}

TEST_F(Scrape, AnAnswerThatIsTooLongIsRefused) {
  start_scraping();
  const char* flood =
      "import os, socket, sys, time\ns = socket.create_server(('127.0.0.1', "
      "int(os.environ['DIWAN_PORT'])))\nc, _ = s.accept()\nc.recv(9999)\n"
      "c.send(b'HTTP/1.1 200 OK\\r\\n\\r\\nloss 1\\n')\ntry:\n    while True: c.send(b'x' * 60000 "
      "+ "
      "b'\\n')\nexcept OSError: pass\ns.close()\ntime.sleep(0.2)\n";

  const std::string reason = end_of(python(1, flood)).reason;

  EXPECT_TRUE(listener_->story(1).values().empty());
  EXPECT_NE(reason.find("no value of"), std::string::npos) << reason;
}

}  // namespace
}  // namespace diwan::test
