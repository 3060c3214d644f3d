// args: --vus 1 --iterations 1 --environment {HERE}/parts/rows.json
// expect-init-error: rows.json: expected Postman's JSON, an object with a list `values`, got a list
mk.log(1);
