// file: parts/data.json
// args: --vus 1 --iterations 2 --iteration-data {HERE}/parts/data.csv
// expect: ann ann
// expect: böb böb
// note: what runs is the collection
