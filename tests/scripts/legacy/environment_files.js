// args: --vus 1 --iterations 1 --environment {HERE}/parts/environment.json --globals {HERE}/parts/globals.json
// expect: staging https://staging.example environment undefined world
mk.log(pm.environment.name, pm.environment.get('host'), pm.variables.get('both'), pm.environment.get('off'), pm.globals.get('hello'));
