// A private PostgreSQL server in a temporary folder, reached over a socket in it; stopped at the end.
#ifndef TESTS_STORE_POSTGRES_PROCESS_H_
#define TESTS_STORE_POSTGRES_PROCESS_H_

#include <unistd.h>

#include <cstdlib>
#include <string>

namespace mockarty::testing {

class PostgresProcess {
 public:
  PostgresProcess() {
    char folder[] = "/tmp/mockarty-pg-XXXXXX";
    folder_ = mkdtemp(folder);
    // The server refuses to run as root.
    as_ = geteuid() == 0 ? "runuser -u postgres -- " : "";
    if (geteuid() == 0) Shell("chown postgres " + folder_);
    started_ = Shell(as_ + kBin + "initdb -D " + folder_ + "/data -U test --auth=trust -E UTF8 --no-sync") &&
               Shell(as_ + kBin + "pg_ctl -D " + folder_ + "/data -w -t 60 -l " + folder_ +
                     "/log -o \"-c listen_addresses='' -k " + folder_ + " -c fsync=off\" start");
  }
  ~PostgresProcess() {
    Shell(as_ + kBin + "pg_ctl -D " + folder_ + "/data -m immediate -w stop");
    Shell("rm -rf " + folder_);
  }
  PostgresProcess(const PostgresProcess&) = delete;
  PostgresProcess& operator=(const PostgresProcess&) = delete;

  bool started() const { return started_; }
  bool Restart() { return Shell(as_ + kBin + "pg_ctl -D " + folder_ + "/data -m fast -w -t 60 restart"); }
  std::string Dsn() const { return "host=" + folder_ + " user=test dbname=postgres"; }

 private:
  static constexpr char kBin[] = "/usr/lib/postgresql/15/bin/";
  // Its output must not hold the test's own descriptors.
  static bool Shell(const std::string& command) {
    return system((command + " >/dev/null 2>&1 </dev/null").c_str()) == 0;
  }

  std::string folder_;
  std::string as_;
  bool started_ = false;
};

}  // namespace mockarty::testing

#endif  // TESTS_STORE_POSTGRES_PROCESS_H_
