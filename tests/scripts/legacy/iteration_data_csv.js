// args: --vus 1 --iterations 2 --iteration-data {HERE}/parts/rows.csv
// expect: ann, {"user":"ann","note":"a, b"}
// expect: bob, {"user":"bob","note":"say \"hi\""}
mk.log(data.user + ',', pm.iterationData.toObject());
