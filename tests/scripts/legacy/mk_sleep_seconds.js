// note: seconds, as sleep() of core; a quarter of one is far below the limit of the script's run
// expect: true
var start = Date.now();
mk.sleep(0.05);
var passed = Date.now() - start;
mk.log(passed >= 45 && passed < 30000);
