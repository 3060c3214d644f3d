#include "tests/support/target_process.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mockarty {
namespace {

[[noreturn]] void Die(const char* what) {
  perror(what);
  abort();
}

}  // namespace

TargetProcess::TargetProcess(std::vector<std::string> arguments) {
  const char* folder = getenv("MOCKARTY_BIN_DIR");
  const std::string binary = std::string(folder != nullptr ? folder : "build/dev/bin") + "/mockarty-target";
  arguments.insert(arguments.begin(), {binary, "--port", "0"});
  int pipes[2];
  if (pipe(pipes) != 0) {
    Die("pipe");
  }
  pid_ = fork();
  if (pid_ < 0) {
    Die("fork");
  }
  if (pid_ == 0) {
    dup2(pipes[1], STDOUT_FILENO);
    close(pipes[0]);
    close(pipes[1]);
    std::vector<char*> argv;
    for (std::string& argument : arguments) {
      argv.push_back(argument.data());
    }
    argv.push_back(nullptr);
    execv(binary.c_str(), argv.data());
    Die(binary.c_str());
  }
  close(pipes[1]);
  FILE* out = fdopen(pipes[0], "r");
  char line[256];
  while (fgets(line, sizeof line, out) != nullptr) {
    const char* at = strstr(line, "http://");
    if (at != nullptr) {
      url_.assign(at, strcspn(at, " \r\n"));
      break;
    }
  }
  fclose(out);
  if (url_.empty()) {
    fprintf(stderr, "%s did not say where it listens\n", binary.c_str());
    abort();
  }
}

TargetProcess::~TargetProcess() {
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
}

}  // namespace mockarty
