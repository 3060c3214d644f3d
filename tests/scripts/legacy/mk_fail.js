// expect-error: mk_fail.js:4:4: Error: enough
// expect: before
mk.log('before');
mk.fail('enough');
mk.log('never');
