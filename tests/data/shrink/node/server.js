const http = require('http'), crypto = require('crypto'), zlib = require('zlib'), fs = require('fs');
const ms = require('ms');
http.createServer(async (req, res) => {
  if (req.url === '/hash') return res.end(crypto.createHash('sha256').update('x').digest('hex'));
  if (req.url === '/gzip') return res.end(zlib.gzipSync('hello').toString('base64'));
  if (req.url === '/file') return res.end(fs.readFileSync(__dirname + '/data/hello.txt'));
  if (req.url === '/intl') return res.end(new Intl.DateTimeFormat('de-DE', {timeZone: 'Europe/Berlin', dateStyle: 'full'}).format(new Date(0)));
  if (req.url === '/fetch') { try { await fetch('http://127.0.0.1:1/'); } catch (e) { return res.end(String(e)); } }
  if (req.url === '/esm') { const m = await import('./extra.mjs'); return res.end(m.default); }
  if (req.url !== '/') { res.statusCode = 404; return res.end('no'); }
  res.end('hello ' + ms('2 days'));
}).listen(3000);
