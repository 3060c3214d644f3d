// note: the target's answer is JSON, in which the page is readable as HTML
// expect: link
// expect: 200 /get
// expect: POST {"a":"1","b":"over","s":"go"}
// expect: /get?q=x+y
// expect: Error: clickLink: no element with a href for the selector "#none"
// expect: Error: submitForm: no form for the selector "#none"
var http = require('k6/http');
exports.default = function () {
  var page = "<a id='l' href='/get'>link</a><form action='/post' method='post'><input name='a' value='1'>" +
    "<input name='b' value='2'><input type='submit' name='s' value='go'></form>" +
    "<form id='g' action='/get?old=1'><input name='q' value='x y'></form>";
  var res = http.post(__ENV.BASE_URL + '/post', page, { headers: { 'Content-Type': 'text/plain' } });
  console.log(res.html('#l').text());
  var clicked = res.clickLink({ selector: '#l' });
  console.log(clicked.status, clicked.url.substr(__ENV.BASE_URL.length));
  var sent = res.submitForm({ fields: { b: 'over' }, submitSelector: "[name='s']" });
  var form = sent.json('form');
  console.log(sent.request.method, JSON.stringify({ a: form.a, b: form.b, s: form.s }));
  console.log(res.submitForm({ formSelector: '#g' }).url.substr(__ENV.BASE_URL.length));
  try { res.clickLink({ selector: '#none' }); } catch (e) { console.log(String(e)); }
  try { res.submitForm({ formSelector: '#none' }); } catch (e) { console.log(String(e)); }
};
