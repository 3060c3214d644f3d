// expect: 200 200 200 200 200 200 200
// expect: {"a":1} application/json
// expect: DELETE 200
// expect-metric: http_reqs.count == 9
// note: the whole file is the iteration; top-level return is fine in it
var r = mk.http.get(mk.env.BASE_URL + '/get?a=1');
var codes = [r.status];
codes.push(mk.http.post(mk.env.BASE_URL + '/post', 'x').status, mk.http.put(mk.env.BASE_URL + '/put', 'x').status,
  mk.http.patch(mk.env.BASE_URL + '/patch', 'x').status, mk.http.del(mk.env.BASE_URL + '/delete').status,
  mk.http['delete'](mk.env.BASE_URL + '/delete').status, mk.http.head(mk.env.BASE_URL + '/status/200').status);
mk.log(codes.join(' '));
var posted = mk.http.post(mk.env('BASE_URL') + '/post', JSON.stringify({ a: 1 }), { headers: { 'Content-Type': 'application/json' } });
mk.log(posted.json().body, posted.json().headers['Content-Type']);
r = mk.http.request('delete', mk.env.get('BASE_URL') + '/delete', null, {});
mk.log(r.json().method, r.status);
return;
