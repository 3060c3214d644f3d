// expect: ok Error alloc failed
// memory_kib: 2048
var kept=[]; try { for (var i=0n;;i++) kept.push((1n<<500000n)+i); } catch(e){ return e.name+' '+e.message; }
