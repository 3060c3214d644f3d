// mockarty-runner from its command line to its exit code.
#ifndef RUNNER_DAEMON_H_
#define RUNNER_DAEMON_H_

namespace mockarty {

// 0: ended by a signal, drained; 1: could not start, or the token was refused; 2: the command line or a setting is
// wrong. Blocks SIGTERM, SIGINT and SIGUSR1 in this process; call it before any other thread is there.
int RunRunner(int argc, const char* const* argv);

}  // namespace mockarty

#endif  // RUNNER_DAEMON_H_
