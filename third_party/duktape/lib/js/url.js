// URL and URLSearchParams as the URL standard of the WHATWG describes them, for the schemes of the web; hosts are kept as
// written but for letters of ASCII: no IDNA, no rewriting of IPv4 addresses. ES5, called once a heap: it returns both.
(function () {
  'use strict';
  var PORTS = { 'http:': '80', 'https:': '443', 'ws:': '80', 'wss:': '443', 'ftp:': '21' };

  function hidden(object, name, value) {
    Object.defineProperty(object, name, { value: value, writable: true, configurable: true });
  }

  // Characters that `pattern` matches, as %XX of their UTF-8; lone surrogates as U+FFFD.
  function escapeBy(text, pattern) {
    return text.replace(/[\ud800-\udbff][\udc00-\udfff]|[\s\S]/g, function (c) {
      if (c.length === 1 && c <= '~' && c >= ' ' && !pattern.test(c)) return c;
      if (c.length === 1 && c >= '\ud800' && c <= '\udfff') c = '\ufffd';
      return encodeURIComponent(c).replace(/[!'()*~]/g, function (x) {
        return '%' + x.charCodeAt(0).toString(16).toUpperCase();
      });
    });
  }
  function formEncode(text) {
    return encodeURIComponent(text.replace(/[\ud800-\udbff](?![\udc00-\udfff])/g, '\ufffd')
      .replace(/(^|[^\ud800-\udbff])[\udc00-\udfff]/g, '$1\ufffd'))
      .replace(/%20/g, '+').replace(/[!'()~]/g, function (c) { return '%' + c.charCodeAt(0).toString(16).toUpperCase(); });
  }
  function formDecode(text) {
    text = text.replace(/\+/g, ' ');
    try { return decodeURIComponent(text); } catch (e) {
      // What is no UTF-8 stays as it is, piece by piece.
      return text.replace(/(%[0-9A-Fa-f]{2})+/g, function (run) {
        try { return decodeURIComponent(run); } catch (x) { return '\ufffd'; }
      }).replace(/%(?![0-9A-Fa-f]{2})/g, '%');
    }
  }

  function parseQuery(text) {
    var list = [];
    if (text.charAt(0) === '?') text = text.slice(1);
    text.split('&').forEach(function (part) {
      if (part === '') return;
      var at = part.indexOf('=');
      list.push(at < 0 ? [formDecode(part), ''] : [formDecode(part.slice(0, at)), formDecode(part.slice(at + 1))]);
    });
    return list;
  }

  function URLSearchParams(init) {
    if (!(this instanceof URLSearchParams)) throw new TypeError('URLSearchParams: use new');
    hidden(this, '\xff_list', []);
    hidden(this, '\xff_url', null);
    var list = this['\xff_list'];
    if (init === undefined || init === null) return;
    if (typeof init === 'object' && typeof init[Symbol.iterator] === 'function') {
      Array.from(init).forEach(function (pair) {
        var both = Array.from(pair);
        if (both.length !== 2) throw new TypeError('URLSearchParams: each pair must be a name and a value');
        list.push([String(both[0]), String(both[1])]);
      });
    } else if (typeof init === 'object') {
      Object.keys(init).forEach(function (key) { list.push([key, String(init[key])]); });
    } else {
      this['\xff_list'] = parseQuery(String(init));
    }
  }
  function changed(params) {
    var url = params['\xff_url'];
    if (url) {
      var text = params.toString();
      url['\xff_parts'].search = text === '' ? '' : '?' + text;
    }
  }
  function define(target, methods) {
    Object.keys(methods).forEach(function (name) {
      Object.defineProperty(target, name, { value: methods[name], writable: true, configurable: true });
    });
  }
  define(URLSearchParams.prototype, {
    append: function append(name, value) { this['\xff_list'].push([String(name), String(value)]); changed(this); },
    'delete': function (name, value) {
      name = String(name);
      this['\xff_list'] = this['\xff_list'].filter(function (p) {
        return p[0] !== name || (value !== undefined && p[1] !== String(value));
      });
      changed(this);
    },
    get: function get(name) {
      name = String(name);
      var found = this['\xff_list'].find(function (p) { return p[0] === name; });
      return found ? found[1] : null;
    },
    getAll: function getAll(name) {
      name = String(name);
      return this['\xff_list'].filter(function (p) { return p[0] === name; }).map(function (p) { return p[1]; });
    },
    has: function has(name, value) {
      name = String(name);
      return this['\xff_list'].some(function (p) { return p[0] === name && (value === undefined || p[1] === String(value)); });
    },
    set: function set(name, value) {
      name = String(name);
      var done = false;
      this['\xff_list'] = this['\xff_list'].filter(function (p) {
        if (p[0] !== name) return true;
        if (done) return false;
        done = true;
        p[1] = String(value);
        return true;
      });
      if (!done) this['\xff_list'].push([name, String(value)]);
      changed(this);
    },
    sort: function sort() {
      this['\xff_list'] = this['\xff_list'].toSorted(function (a, b) { return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0; });
      changed(this);
    },
    forEach: function forEach(callback, self) {
      this['\xff_list'].slice().forEach(function (p) { callback.call(self, p[1], p[0], this); }, this);
    },
    entries: function entries() { return this['\xff_list'].map(function (p) { return [p[0], p[1]]; }).values(); },
    keys: function keys() { return this['\xff_list'].map(function (p) { return p[0]; }).values(); },
    values: function values() { return this['\xff_list'].map(function (p) { return p[1]; }).values(); },
    toString: function toString() {
      return this['\xff_list'].map(function (p) { return formEncode(p[0]) + '=' + formEncode(p[1]); }).join('&');
    }
  });
  Object.defineProperty(URLSearchParams.prototype, 'size', {
    get: function () { return this['\xff_list'].length; }, enumerable: true, configurable: true });
  hidden(URLSearchParams.prototype, Symbol.iterator, URLSearchParams.prototype.entries);
  Object.defineProperty(URLSearchParams.prototype, Symbol.toStringTag, { value: 'URLSearchParams', configurable: true });

  function collapse(path) {
    var out = [], parts = path.split('/');
    parts.forEach(function (part, i) {
      var last = i === parts.length - 1, plain = part.replace(/%2e/gi, '.');
      if (plain === '..') {
        if (out.length > 1) out.pop();
        if (last) out.push('');
      } else if (plain === '.') {
        if (last) out.push('');
      } else {
        out.push(part);
      }
    });
    return out.join('/');
  }
  function encodePath(path) { return escapeBy(path, /[\s"#<>?`{}^]/); }
  function encodeSearch(text) { return escapeBy(text, /[\s"#<>']/); }
  function encodeHash(text) { return escapeBy(text, /[\s"<>`]/); }
  function encodeUser(text) { return escapeBy(text, /[\s"#<>?`{}\/:;=@\[\]^|\\]/); }

  function parseHost(text) {
    var host = text.toLowerCase();
    if (host.charAt(0) === '[') return /^\[[0-9a-f:.]+\]$/.test(host) ? host : null;
    try { host = decodeURIComponent(host); } catch (e) { return null; }
    return host === '' || /[\s#%\/:<>?@\[\\\]^|]/.test(host) ? null : host;
  }
  function parsePort(text, protocol) {
    if (text === '') return '';
    if (!/^\d+$/.test(text) || Number(text) > 65535) return null;
    text = String(Number(text));
    return text === PORTS[protocol] ? '' : text;
  }

  // Null when it is no URL.
  function parseAbsolute(text, protocol) {
    var m = /^[\/\\]*([^\/\\?#]*)([^?#]*)(\?[^#]*)?(#[\s\S]*)?$/.exec(text);
    var authority = m[1], at = authority.lastIndexOf('@'), user = '', password = '';
    if (at >= 0) {
      var login = authority.slice(0, at), colon = login.indexOf(':');
      user = encodeUser(colon < 0 ? login : login.slice(0, colon));
      password = colon < 0 ? '' : encodeUser(login.slice(colon + 1));
      authority = authority.slice(at + 1);
    }
    var split = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(authority);
    if (!split) return null;
    var host = parseHost(split[1]), port = parsePort(split[2] || '', protocol);
    if (host === null || port === null) return null;
    return { protocol: protocol, username: user, password: password, hostname: host, port: port,
      pathname: collapse(encodePath((m[2] || '/').replace(/\\/g, '/'))) || '/',
      search: !m[3] || m[3] === '?' ? '' : encodeSearch(m[3]), hash: !m[4] || m[4] === '#' ? '' : encodeHash(m[4]) };
  }
  function copy(base) {
    var parts = {};
    Object.keys(base).forEach(function (k) { parts[k] = base[k]; });
    return parts;
  }
  function parse(text, base) {
    text = text.replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$/g, '').replace(/[\t\n\r]/g, '');
    var scheme = /^([A-Za-z][A-Za-z0-9+.\-]*:)([\s\S]*)$/.exec(text);
    if (scheme) {
      var protocol = scheme[1].toLowerCase();
      if (PORTS[protocol]) return parseAbsolute(scheme[2], protocol);
      var m = /^(?:\/\/([^\/?#]*))?([^?#]*)(\?[^#]*)?(#[\s\S]*)?$/.exec(scheme[2]);
      return { protocol: protocol, username: '', password: '', hostname: m[1] || '', port: '', opaque: m[1] === undefined,
        pathname: encodePath(m[2]), search: !m[3] || m[3] === '?' ? '' : encodeSearch(m[3]),
        hash: !m[4] || m[4] === '#' ? '' : encodeHash(m[4]) };
    }
    if (!base || base.opaque) return null;
    var first = text.charAt(0).replace('\\', '/'), second = text.charAt(1).replace('\\', '/');
    if (first === '/' && second === '/') return parseAbsolute(text, base.protocol);
    var parts = copy(base);
    var rest = /^([^?#]*)(\?[^#]*)?(#[\s\S]*)?$/.exec(text);
    var path = rest[1].replace(/\\/g, '/');
    if (path !== '') {
      if (path.charAt(0) !== '/') path = base.pathname.slice(0, base.pathname.lastIndexOf('/') + 1) + path;
      parts.pathname = collapse(encodePath(path));
    }
    if (path !== '' || rest[2] !== undefined) parts.search = !rest[2] || rest[2] === '?' ? '' : encodeSearch(rest[2]);
    parts.hash = !rest[3] || rest[3] === '#' ? '' : encodeHash(rest[3]);
    return parts;
  }

  function URL(text, base) {
    if (!(this instanceof URL)) throw new TypeError('URL: use new');
    if (arguments.length === 0) throw new TypeError('URL: expected an address');
    var parsedBase = null;
    if (base !== undefined) {
      parsedBase = parse(String(base), null);
      if (parsedBase === null) throw new TypeError('Invalid base URL: ' + base);
    }
    var parts = parse(String(text), parsedBase);
    if (parts === null) throw new TypeError('Invalid URL: ' + text);
    hidden(this, '\xff_parts', parts);
    hidden(this, '\xff_params', null);
  }
  function refresh(url) {
    var params = url['\xff_params'];
    if (params) params['\xff_list'] = parseQuery(url['\xff_parts'].search);
  }
  function accessor(name, get, set) {
    Object.defineProperty(URL.prototype, name, { get: get, set: set, enumerable: true, configurable: true });
  }
  function hrefOf(p) {
    var login = p.username || p.password ? p.username + (p.password ? ':' + p.password : '') + '@' : '';
    return p.protocol + (p.opaque ? '' : '//' + login + hostOf(p)) + p.pathname + p.search + p.hash;
  }
  function hostOf(p) { return p.hostname + (p.port ? ':' + p.port : ''); }
  accessor('href', function () { return hrefOf(this['\xff_parts']); }, function (v) {
    var parts = parse(String(v), null);
    if (parts === null) throw new TypeError('Invalid URL: ' + v);
    this['\xff_parts'] = parts;
    refresh(this);
  });
  accessor('origin', function () {
    var p = this['\xff_parts'];
    return PORTS[p.protocol] ? p.protocol + '//' + hostOf(p) : 'null';
  });
  accessor('protocol', function () { return this['\xff_parts'].protocol; }, function (v) {
    var m = /^[A-Za-z][A-Za-z0-9+.\-]*/.exec(String(v)), p = this['\xff_parts'];
    if (!m || !PORTS[m[0].toLowerCase() + ':'] !== !PORTS[p.protocol]) return;
    p.protocol = m[0].toLowerCase() + ':';
    p.port = parsePort(p.port, p.protocol) || '';
  });
  accessor('username', function () { return this['\xff_parts'].username; },
    function (v) { this['\xff_parts'].username = encodeUser(String(v)); });
  accessor('password', function () { return this['\xff_parts'].password; },
    function (v) { this['\xff_parts'].password = encodeUser(String(v)); });
  accessor('host', function () { return hostOf(this['\xff_parts']); }, function (v) {
    var m = /^(\[[^\]]*\]|[^:\/?#]*)(?::(\d*))?/.exec(String(v)), host = parseHost(m[1]), p = this['\xff_parts'];
    if (host === null) return;
    p.hostname = host;
    if (m[2]) p.port = parsePort(m[2], p.protocol) || '';
  });
  accessor('hostname', function () { return this['\xff_parts'].hostname; }, function (v) {
    var host = parseHost(String(v));
    if (host !== null) this['\xff_parts'].hostname = host;
  });
  accessor('port', function () { return this['\xff_parts'].port; }, function (v) {
    var m = /^\d*/.exec(String(v)), port = parsePort(m[0], this['\xff_parts'].protocol);
    if (port !== null && (m[0] !== '' || String(v) === '')) this['\xff_parts'].port = port;
  });
  accessor('pathname', function () { return this['\xff_parts'].pathname; }, function (v) {
    v = String(v).replace(/\\/g, '/');
    this['\xff_parts'].pathname = collapse(encodePath(v.charAt(0) === '/' ? v : '/' + v));
  });
  accessor('search', function () { return this['\xff_parts'].search; }, function (v) {
    v = String(v);
    if (v.charAt(0) === '?') v = v.slice(1);
    this['\xff_parts'].search = v === '' ? '' : '?' + encodeSearch(v);
    refresh(this);
  });
  accessor('hash', function () { return this['\xff_parts'].hash; }, function (v) {
    v = String(v);
    if (v.charAt(0) === '#') v = v.slice(1);
    this['\xff_parts'].hash = v === '' ? '' : '#' + encodeHash(v);
  });
  accessor('searchParams', function () {
    if (this['\xff_params'] === null) {
      var params = new URLSearchParams();
      params['\xff_list'] = parseQuery(this['\xff_parts'].search);
      params['\xff_url'] = this;
      this['\xff_params'] = params;
    }
    return this['\xff_params'];
  });
  define(URL.prototype, {
    toString: function toString() { return this.href; },
    toJSON: function toJSON() { return this.href; }
  });
  define(URL, {
    canParse: function canParse(text, base) {
      try { new URL(text, base); return true; } catch (e) { return false; }
    }
  });
  Object.defineProperty(URL.prototype, Symbol.toStringTag, { value: 'URL', configurable: true });
  return { URL: URL, URLSearchParams: URLSearchParams };
})
