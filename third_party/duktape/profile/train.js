// What scripts of load tests do most, for train.c: first an iteration with requests and checks, then the parts of the
// language. ES5, because nothing converts it.
function (http, check) {
  'use strict';
  var url = 'http://127.0.0.1:8080/items';
  var headers = {'Content-Type': 'application/json', 'X-Trace': 'a1'};
  var count = 0;

  function small() {
    var res = http.get(url);
    check(res, {
      'status is 200': function (r) {
        return r.status === 200;
      },
    });
  }

  function larger() {
    var id = count % 100;
    var res = http.get(url + '/' + id + '?page=' + (id + 1), {headers: headers, tags: {name: 'item'}});
    var ok = check(res, {
      'status is 200': function (r) { return r.status === 200; },
      'has a name': function (r) { return r.json().name === 'pump'; },
      'is short': function (r) { return r.body.length < 200 && r.body.indexOf('pump') > 0; },
    });
    if (!ok) throw new Error('unexpected');
    var body = JSON.stringify({id: id, name: 'user' + id, list: [1, 2, 3], nested: {a: true, b: null}});
    var back = JSON.parse(body);
    if (back.nested.a !== true || back.list.length !== 3) throw new Error('unexpected');
  }

  function Shape(name) {
    this.name = name;
    this.values = [];
  }
  Shape.prototype.add = function (value) {
    this.values.push(value);
    return this;
  };
  Object.defineProperty(Shape.prototype, 'size', {get: function () { return this.values.length; }});

  function times(n, f) {
    for (var i = 0; i < n; i++) f(i);
  }

  function scan(text) {  // as a tokenizer goes over its input
    var words = 0, i = 0;
    while (i < text.length) {
      var c = text.charCodeAt(i);
      switch (c) {
        case 32: case 10: i++; break;
        case 34: i = text.indexOf('"', i + 1) + 1; words++; break;
        default:
          while (i < text.length && text.charCodeAt(i) > 32) i++;
          words++;
      }
    }
    return words;
  }

  var rows = [];
  times(200, function (i) { rows.push({id: i, name: 'row ' + i, price: (i * 7919) % 101, tags: ['a', 'b' + (i % 5)]}); });
  var parts = {
    objects: function () {
      times(2000, function (i) {
        var shape = new Shape('s' + i).add(i).add(i + 1);
        var copy = Object.assign({}, headers, {name: shape.name, size: shape.size});
        for (var key in copy) if (copy.hasOwnProperty(key)) copy[key] = null;
        delete copy.size;
        Object.keys(copy).forEach(function (k) { copy[k] = k; });
      });
    },
    arrays: function () {
      times(100, function () {
        var cheap = rows.filter(function (row) { return row.price < 50; });
        var names = cheap.map(function (row) { return row.name.toUpperCase(); });
        var sum = rows.reduce(function (total, row) { return total + row.price; }, 0);
        cheap.sort(function (a, b) { return a.price - b.price || a.id - b.id; });
        if (names.join(',').split(',').length !== cheap.length || sum < 0) throw new Error('unexpected');
        var found = rows.find(function (row) { return row.id === 150; });
        names.concat(cheap.slice(2, 9)).reverse().includes(found);
        var copy = [];
        for (var i = 0; i < rows.length; i++) copy[i] = rows[i].tags[1];
        copy.shift();
        copy.unshift('x');
        copy.splice(3, 4, 'y');
        copy.indexOf('b4');
      });
    },
    text: function () {
      var text = 'the quick brown fox "jumps over" the lazy dog\n';
      times(2000, function (i) {
        var line = 'item ' + i + ' of ' + text.length + ': ' + text.substring(4, 9 + (i % 5)).trim();
        if (line.charAt(0) !== 'i' || line.slice(-1) === '' || scan(text) < 2) throw new Error('unexpected');
        line.replace(/o(\w+)/g, '<$1>').match(/\d+/);
        line.startsWith('item');
        encodeURIComponent(line);
        parseInt(line.substr(5), 10) + parseFloat('1.5') + Number('17');
        (i / 3).toFixed(2) + String(i) + i.toString(16);
        line.padStart(40, '-').repeat(2).localeCompare(line);
      });
    },
    json: function () {
      var text = JSON.stringify({items: rows, total: rows.length, next: null, ok: true, ratio: 0.25});
      times(30, function () {
        var answer = JSON.parse(text);
        if (answer.items[7].name !== 'row 7') throw new Error('unexpected');
        JSON.stringify(answer, null, 2);
      });
    },
    numbers: function () {
      var state = 1, low = 0;
      times(20000, function (i) {
        state = (state * 1103515245 + 12345) & 0x7fffffff;
        low ^= state >>> 3;
        if (Math.floor(Math.random() * 10) + Math.max(i % 7, 3) - Math.abs(low) % 5 > 1e9) throw new Error('unexpected');
      });
      var bytes = new Uint8Array(256);
      times(20, function () { for (var i = 0; i < bytes.length; i++) bytes[i] = bytes[(i * 7) & 255] + i; });
    },
    collections: function () {
      times(50, function (n) {
        var map = new Map(), set = new Set();
        times(50, function (i) { map.set('k' + i, i); set.add(i % 10); });
        map.forEach(function (value, key) { if (map.get(key) !== value || !set.has(value % 10)) throw new Error('unexpected'); });
        for (var it = map.entries(), step; !(step = it.next()).done;) n += step.value[1];
        map.delete('k1');
      });
    },
    promises: function () {
      times(300, function (i) {
        new Promise(function (resolve) { resolve(i); }).then(function (x) {
          if (x % 3 === 0) throw new Error('third');
          return x + 1;
        }).catch(function (e) { return e.message; });
      });
    },
    errors: function () {
      times(500, function (i) {
        try {
          if (i % 2) throw new TypeError('odd ' + i);
          null.x;
        } catch (e) {
          if (!(e instanceof Error) || !e.message) throw e;
        } finally {
          count++;
        }
      });
    },
    closures: function () {
      function compose() {
        var list = Array.prototype.slice.call(arguments);
        return function () { return list.reduce(function (x, f) { return f.call(null, x); }, arguments[0]); };
      }
      var f = compose(function (x) { return x + 1; }, function (x) { return x * 2; }, Math.sqrt);
      times(3000, function (i) { if (f(i) < 1 || f.apply(null, [i]) !== f.bind(null, i)()) throw new Error('unexpected'); });
    },
    source: function () {
      times(20, function (i) {
        new Function('a', 'b', 'var c = a + b * ' + i + '; if (c > 10) { return {c: c, list: [a, b]}; } return function () { return c; };')(1, 2);
      });
    },
    dates: function () {
      times(300, function (i) { new Date(1700000000000 + i * 86400000).toISOString() + Date.now() + Date.parse('2024-05-01T00:00:00Z'); });
    },
  };

  return {
    default: function () {
      if (++count % 4 === 0) larger(); else small();
    },
    parts: parts,
  };
}
