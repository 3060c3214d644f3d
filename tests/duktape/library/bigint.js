T('is one value by its digits', function () { return [1n === 1n, (1n << 80n) === (1n << 79n) * 2n, Object.is(0n, -0n)]; }, '[true,true,true]');
T('literals', function () { return [eval('0n'), eval('0XFFn'), eval('1n+2n'), eval('typeof -1n'), eval('1n["constructor"] === BigInt'), eval('({1n: 2})')[1], eval('1n.toString()')]; }, '[0,255,3,"bigint",true,2,"1"]');
['01n', '1.0n', '1e3n', '0b2n', '0xn', '1nn', '1n1', '08n', '.5n', '0o8n'].forEach(function (text) {
  T('no literal: ' + text, function () { eval(text); }, 'throws SyntaxError');
});
T('constants are not folded as text', function () { return [1n + 2n, 'a' + 1n, 1n + 'a' + 'b', -3n - -3n]; }, '[3,"a1","1ab",0]');
T('sizes', function () {
  var big = (1n << 1048575n), all = big + (big - 1n), said = [];
  [function () { return all + 1n; }, function () { return all * 2n; }, function () { return all * all; }, function () { return -all - 1n; }, function () { return ~all; }, function () { return big << 1n; }, function () { return all + all; }, function () { return 2n ** 1048576n; }, function () { return BigInt('0x1' + Array(262145).join('0')); }].forEach(function (f) {
    try { f(); said.push('none'); } catch (e) { said.push(e.name); }
  });
  return [String(all).length, (all - 1n) % 10n, 2n ** 1048575n === big, (all ^ all) === 0n, all / all, said.join()];
}, '[315653,4,true,true,1,"RangeError,RangeError,RangeError,RangeError,RangeError,RangeError,RangeError,RangeError,RangeError"]');
T('conversions of the largest', function () { var all = (2n ** 1048575n - 1n) * 2n + 1n, text = String(all); return [BigInt(text) === all, BigInt('0x' + all.toString(16)) === all, all.toString(2).length, all == text, all > text.slice(1), Number(all)]; }, '[true,true,1048576,true,true,Infinity]');
T('operators call scripts in order', function () { var log = []; function o(n, v) { return { valueOf: function () { log.push(n); return v; } }; } try { return o(1, 1n) + o(2, 2); } catch (e) { log.push(e.name); } o(3, 3n) * o(4, 4n); o(5, 1n) < o(6, 2n); o(7, 1n) > o(8, 2n); return log.join(); }, '1,2,TypeError,3,4,5,6,7,8');
T('operands may be lost while scripts run', function () { var o = { valueOf: function () { o.big = null; Duktape.gc(); return 1n; }, big: null }; o.big = 7n ** 900n; var kept = String(7n ** 900n + 1n); return String(o.big + o) === kept; }, 'true');
T('inspection and coercion of the engine', function () { var e; try { null[5n]; } catch (x) { e = x.message; } return [e, Object(5n) + 'x', [5n] + '', String(Object(6n))]; }, '["cannot read property 5n of null","5x","5","6"]');
T('not coroutines, not pointers', function () { return [Object.prototype.toString.call(Object(1n)), Object.keys(Object(1n)).length, Object(1n).description]; }, '["[object BigInt]",0,undefined]');
