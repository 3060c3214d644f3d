// args: --vus 1 --iterations 3
// expect: 1 0
// expect: 1 1
// expect: 1 2
export default function () { console.log(__VU, __ITER); }
