// What a user sees while a run is on, and the report file: without a run.
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <sstream>

#include "cli/plan_line.h"
#include "cli/progress_line.h"
#include "cli/report_file.h"
#include "cli/signal_watcher.h"
#include "cli/status_terminal.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mockarty {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr Nanos kSec = kNanosPerSecond;

ProgressFigures Figures() {
  return {.elapsed = 12 * kSec,
          .planned = 30 * kSec,
          .fraction = 0.4,
          .vus = 10,
          .vus_max = 10,
          .rps = 123.4,
          .p95_ms = 12.34,
          .requests = 1500,
          .failed_requests = 3,
          .iterations = 1490};
}

TEST(ProgressLine, WideAndNarrow) {
  std::string wide = FormatBar(Figures(), 120);
  EXPECT_THAT(wide, StartsWith("[======"));
  EXPECT_THAT(wide, HasSubstr(" 40%  00:12/00:30  VUs 10/10  RPS 123  p95 12.3ms  errors 3"));
  std::string eighty = FormatBar(Figures(), 79);
  EXPECT_THAT(eighty, HasSubstr("errors 3"));
  EXPECT_EQ(FormatBar(Figures(), 30), "00:12/00:30  VUs 10/10");
  EXPECT_EQ(FormatBar(Figures(), 5), "");
  for (int width = 0; width < 200; ++width) EXPECT_LE(FormatBar(Figures(), width).size(), static_cast<size_t>(width));
}

TEST(ProgressLine, WithoutAKnownEndThereIsNoBar) {
  ProgressFigures figures = Figures();
  figures.planned = 0;
  figures.fraction = -1;
  figures.p95_ms = 0;
  figures.stopping = true;
  EXPECT_EQ(FormatBar(figures, 120), "00:12  stopping  VUs 10/10  RPS 123  p95 -  errors 3");
  EXPECT_EQ(FormatPlain(figures),
            "stopping 00:12, VUs 10/10, iterations 1490, requests 1500, RPS 123, p95 -, errors 3");
}

TEST(ProgressLine, FractionsOutOfRangeAreHeldBack) {
  ProgressFigures figures = Figures();
  figures.fraction = 7;
  EXPECT_THAT(FormatBar(figures, 120), HasSubstr("=] 100%"));
  EXPECT_THAT(FormatPlain(figures), HasSubstr("(100%)"));
}

TEST(ProgressLine, Elapsed) {
  EXPECT_EQ(FormatElapsed(0), "00:00");
  EXPECT_EQ(FormatElapsed(61 * kSec), "01:01");
  EXPECT_EQ(FormatElapsed(3661 * kSec), "1:01:01");
  EXPECT_EQ(FormatElapsed(-5), "00:00");
}

TEST(PlanLine, OfEachExecutor) {
  TestPlan plan;
  EXPECT_EQ(DescribePlan(plan), "functional: 1 VU, 1 iteration");
  plan.mode = RunMode::kPerformance;
  plan.scenarios.front().executor = ConstantVusConfig{.vus = 10, .duration = 30 * kSec};
  EXPECT_EQ(DescribePlan(plan), "10 VUs for 30s");
  plan.scenarios.front().executor = SharedIterationsConfig{.vus = 1, .iterations = 100, .max_duration = 5 * kSec};
  EXPECT_EQ(DescribePlan(plan), "100 iterations over 1 VU, at most 5s");
  plan.scenarios.front().executor = RampingVusConfig{.start_vus = 3, .stages = {{30 * kSec, 20}, {90 * kSec, 0}}};
  EXPECT_EQ(DescribePlan(plan), "0 to 20 VUs in 2 stages, 2m0s in all");
}

std::string ReadAvailable(int fd) {
  std::string text;
  char buffer[4096];
  fcntl(fd, F_SETFL, O_NONBLOCK);
  for (ssize_t got; (got = read(fd, buffer, sizeof(buffer))) > 0;) text.append(buffer, static_cast<size_t>(got));
  return text;
}

class PseudoTerminal {
 public:
  explicit PseudoTerminal(uint16_t columns) {
    winsize size = {.ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    EXPECT_EQ(openpty(&master, &slave, nullptr, nullptr, &size), 0);
    setenv("TERM", "xterm", 1);
  }
  ~PseudoTerminal() {
    close(master);
    close(slave);
  }
  int master = -1;
  int slave = -1;
};

TEST(StatusTerminal, LinesGoAboveTheBar) {
  PseudoTerminal pty(100);
  StatusTerminal terminal(pty.slave);
  ASSERT_TRUE(terminal.interactive());
  terminal.ShowProgress(Figures());
  std::string bar = FormatBar(Figures(), 99);
  EXPECT_EQ(ReadAvailable(pty.master), "\r" + bar + "\x1b[K");
  terminal.ScriptLine("info", 3, "two\nlines \x1b[2J");
  EXPECT_EQ(ReadAvailable(pty.master), "\r\x1b[Kinfo [VU 3] two\r\nlines \\x1b[2J\r\n" + bar);
  terminal.EndProgress();
  EXPECT_EQ(ReadAvailable(pty.master), "\r\x1b[K");
  terminal.Line("error: gone");
  EXPECT_EQ(ReadAvailable(pty.master), "error: gone\r\n");
}

TEST(StatusTerminal, TheBarFollowsTheWidth) {
  PseudoTerminal pty(31);
  StatusTerminal terminal(pty.slave);
  terminal.ShowProgress(Figures());
  EXPECT_EQ(ReadAvailable(pty.master), "\r00:12/00:30  VUs 10/10\x1b[K");
  winsize size = {.ws_row = 24, .ws_col = 41, .ws_xpixel = 0, .ws_ypixel = 0};
  ioctl(pty.slave, TIOCSWINSZ, &size);
  terminal.ShowProgress(Figures());
  EXPECT_EQ(ReadAvailable(pty.master), "\r00:12/00:30  VUs 10/10  RPS 123\x1b[K");
}

TEST(StatusTerminal, ADumbTerminalGetsPlainLines) {
  PseudoTerminal pty(100);
  setenv("TERM", "dumb", 1);
  EXPECT_FALSE(StatusTerminal(pty.slave).interactive());
}

TEST(StatusTerminal, APipeGetsALineEveryFiveSeconds) {
  int fds[2];
  ASSERT_EQ(pipe(fds), 0);
  StatusTerminal terminal(fds[1]);
  EXPECT_FALSE(terminal.interactive());
  std::vector<int> shown;
  for (int second = 1; second <= 21; ++second) {
    ProgressFigures figures = Figures();
    figures.elapsed = second * kSec + kNanosPerMilli * (second % 3);
    terminal.ShowProgress(figures);
    std::string text = ReadAvailable(fds[0]);
    if (text.empty()) continue;
    EXPECT_EQ(text, FormatPlain(figures) + "\n");
    shown.push_back(second);
  }
  EXPECT_EQ(shown, (std::vector<int>{1, 6, 11, 16, 21}));
  terminal.EndProgress();
  EXPECT_EQ(ReadAvailable(fds[0]), "");
  close(fds[0]);
  close(fds[1]);
}

class ReportFileTest : public ::testing::Test {
 protected:
  ReportFileTest() {
    char name[] = "/tmp/mockarty-report-XXXXXX";
    folder_ = mkdtemp(name);
  }
  ~ReportFileTest() override { std::filesystem::remove_all(folder_); }

  std::string Path(const char* name) const { return folder_ + "/" + name; }
  static std::string Content(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  size_t Entries() const {
    auto entries = std::filesystem::directory_iterator(folder_);
    return static_cast<size_t>(std::distance(begin(entries), end(entries)));
  }

  std::string folder_;
};

TEST_F(ReportFileTest, AppearsWholeAtCommit) {
  auto file = ReportFile::Create(Path("r.json"));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(Entries(), 0u) << "nothing lies about while the run is on";
  ASSERT_TRUE((*file)->Commit("{}\n").ok());
  EXPECT_EQ(Content(Path("r.json")), "{}\n");
  EXPECT_EQ(Entries(), 1u);
}

TEST_F(ReportFileTest, ReplacesAnOldOneAndKeepsItWhenNotCommitted) {
  std::ofstream(Path("r.json")) << "old";
  chmod(Path("r.json").c_str(), 0640);
  { ASSERT_TRUE(ReportFile::Create(Path("r.json")).ok()); }
  EXPECT_EQ(Content(Path("r.json")), "old");
  auto file = ReportFile::Create(Path("r.json"));
  ASSERT_TRUE((*file)->Commit("new").ok());
  EXPECT_EQ(Content(Path("r.json")), "new");
  EXPECT_EQ(std::filesystem::status(Path("r.json")).permissions(), static_cast<std::filesystem::perms>(0640));
  EXPECT_EQ(Entries(), 1u);
}

TEST_F(ReportFileTest, FollowsALink) {
  std::ofstream(Path("real.json")) << "old";
  std::filesystem::create_symlink("real.json", Path("link.json"));
  auto file = ReportFile::Create(Path("link.json"));
  ASSERT_TRUE((*file)->Commit("new").ok());
  EXPECT_TRUE(std::filesystem::is_symlink(Path("link.json")));
  EXPECT_EQ(Content(Path("real.json")), "new");
}

TEST_F(ReportFileTest, WhatCannotBeWrittenIsSaidBeforehand) {
  for (const std::string& path :
       {Path("no/such/folder/r.json"), folder_, std::string("/dev/null/r.json"), std::string()}) {
    auto file = ReportFile::Create(path);
    ASSERT_FALSE(file.ok()) << path;
    EXPECT_THAT(std::string(file.status().message()), HasSubstr("cannot write the report to"));
  }
}

TEST_F(ReportFileTest, AFullDiskIsSaid) {
  auto file = ReportFile::Create("/dev/full");
  ASSERT_TRUE(file.ok()) << file.status();
  absl::Status status = (*file)->Commit("{}");
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("cannot write the report to \"/dev/full\": No space left on device"));
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full")) << "never replaced by a file";
}

TEST_F(ReportFileTest, AFolderThatWentAwayIsSaid) {
  std::filesystem::create_directory(Path("gone"));
  auto file = ReportFile::Create(Path("gone/r.json"));
  std::filesystem::remove(Path("gone"));
  EXPECT_FALSE((*file)->Commit("{}").ok());
}

TEST(SignalWatcher, CountsSignalsOfBothKinds) {
  SignalWatcher::BlockSignals();
  std::promise<void> first;
  std::promise<void> second;
  auto watcher = SignalWatcher::Create([&](int count) {
    if (count == 1) first.set_value();
    if (count == 2) second.set_value();
  });
  ASSERT_TRUE(watcher.ok());
  kill(getpid(), SIGINT);
  first.get_future().get();
  kill(getpid(), SIGTERM);
  second.get_future().get();
}

}  // namespace
}  // namespace mockarty
