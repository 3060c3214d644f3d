// What this binary is started as, besides a test.
#ifndef TESTS_TASK_ROLES_H_
#define TESTS_TASK_ROLES_H_

namespace mockarty::testing {

// A daemon with one worker whose script never ends: writes the worker's pid to standard output and waits.
inline constexpr char kDaemonArgument[] = "--as-daemon";

}  // namespace mockarty::testing

#endif  // TESTS_TASK_ROLES_H_
