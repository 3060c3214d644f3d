// What mockarty-cli tells its caller. docs/exit-codes.md is the page for users; keep both alike.
#ifndef CLI_EXIT_CODES_H_
#define CLI_EXIT_CODES_H_

namespace mockarty {

enum ExitCode : int {
  kExitPassed = 0,
  kExitFailure = 1,            // the run could not be carried out, or its report not written
  kExitAbortCriterion = 97,    // an abort criterion stopped the run
  kExitRateNotKept = 98,       // the generator could not keep the rate, and was asked to fail then
  kExitThresholdsFailed = 99,  // a threshold failed
  kExitSetupTimeout = 100,     // setup() timed out
  kExitTeardownTimeout = 101,  // teardown() timed out
  kExitBadInput = 104,         // bad command line, options or script
  kExitInterrupted = 105,      // SIGINT or SIGTERM
  kExitInitThrew = 107,        // the script threw in its init stage
  kExitTestAborted = 108,      // test.abort()
  kExitTestFailed = 110,       // test.fail()
};

}  // namespace mockarty

#endif  // CLI_EXIT_CODES_H_
