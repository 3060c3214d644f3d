// Where an SSL object keeps the TlsSession it fills; between tls_context.cc and tls_stream.cc only.
#ifndef ENGINE_CLIENTS_NET_TLS_SESSION_INDEX_H_
#define ENGINE_CLIENTS_NET_TLS_SESSION_INDEX_H_

namespace mockarty {

int TlsSessionIndex();

}  // namespace mockarty

#endif  // ENGINE_CLIENTS_NET_TLS_SESSION_INDEX_H_
