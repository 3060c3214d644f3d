// args: --vus 1 --iterations 1 --iteration-data {HERE}/parts/globals.json
// expect-init-error: globals.json: expected a list of rows, not empty, got an object
mk.log(1);
