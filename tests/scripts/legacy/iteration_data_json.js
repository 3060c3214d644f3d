// args: --vus 1 --iterations 3 --iteration-data {HERE}/parts/rows.json
// expect: ann 1
// expect: bob 2
// expect: ann 1
// note: rows are handed out round and round
mk.log(pm.iterationData.get('user'), pm.variables.replaceIn('{{id}}'));
