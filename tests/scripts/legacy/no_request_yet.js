// expect: undefined undefined undefined
// expect-error: pm.cookies: no request was sent yet
mk.log(pm.response, pm.request, typeof responseBody);
pm.cookies.get('x');
