// file: ../../../docs/examples/legacy/shop.postman_collection.json
// args: --vus 2 --iterations 4 --globals {HERE}/parts/shop_globals.json -e baseUrl={TARGET}
// expect-checks: 24/0
// expect-metric: http_reqs.count == 12
// note: an example of the documentation; the address is that of the test's own server
