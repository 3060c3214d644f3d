// expect: ok 1
return 1;
