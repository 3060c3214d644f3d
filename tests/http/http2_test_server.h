// An HTTP/2 server over TLS whose behaviour a test writes down: answers by libnghttp2, or bytes as they are.
#ifndef TESTS_HTTP_HTTP2_TEST_SERVER_H_
#define TESTS_HTTP_HTTP2_TEST_SERVER_H_

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/http/test_tls.h"

namespace mockarty {

struct Http2TestRequest {
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;

  std::string Field(const std::string& name) const;
};

// One connection, blocking. `on_request` is called once a request is complete.
class Http2TestConnection {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;
  using OnRequest = std::function<void(Http2TestConnection& connection, int32_t id, const Http2TestRequest& request)>;

  Http2TestConnection(TlsTestConnection* tls, OnRequest on_request, std::vector<nghttp2_settings_entry> settings = {});
  ~Http2TestConnection();

  // Until the client closes or Stop() is called.
  void Serve();
  void Stop() { stopped_ = true; }

  void Respond(int32_t id, int status, const Fields& fields, const std::string& body);
  void Reset(int32_t id, uint32_t code);
  void GoAway(int32_t last_id);
  // Past libnghttp2.
  void Raw(const std::string& bytes);
  nghttp2_session* session() { return session_; }
  int requests() const { return requests_; }

 private:
  struct Callbacks;
  void Flush();

  TlsTestConnection* tls_;
  OnRequest on_request_;
  nghttp2_session* session_ = nullptr;
  std::map<int32_t, Http2TestRequest> incoming_;
  std::map<int32_t, std::pair<std::string, size_t>> outgoing_;
  int requests_ = 0;
  bool stopped_ = false;
};

// A frame of any kind.
std::string Frame(uint8_t type, uint8_t flags, uint32_t stream, const std::string& payload);

}  // namespace mockarty

#endif  // TESTS_HTTP_HTTP2_TEST_SERVER_H_
