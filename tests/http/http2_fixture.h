// Tests of HTTP/2: a client that trusts the servers' authority, and requests beside one another.
#ifndef TESTS_HTTP_HTTP2_FIXTURE_H_
#define TESTS_HTTP_HTTP2_FIXTURE_H_

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "engine/clients/http/http_batch.h"
#include "tests/http/http2_test_server.h"
#include "tests/http/http_client_fixture.h"
#include "tests/http/test_tls.h"

namespace mockarty {

class Http2Fixture : public HttpClientFixture {
 protected:
  static void SetUpTestSuite() { signal(SIGPIPE, SIG_IGN); }

  void SetUp() override {
    char name[] = "/tmp/mockarty_h2_XXXXXX";
    ca_file_ = name;
    close(mkstemp(ca_file_.data()));
    std::ofstream(ca_file_) << authority_.Pem();
    setenv("SSL_CERT_FILE", ca_file_.c_str(), 1);
    Use({});
  }
  void TearDown() override {
    client_.reset();
    unsetenv("SSL_CERT_FILE");
    unlink(ca_file_.c_str());
  }
  // A server that speaks HTTP/2 as `on_request` says.
  TlsTestServer::Handler Speaking(Http2TestConnection::OnRequest on_request,
                                  std::vector<nghttp2_settings_entry> settings = {}) {
    return [on_request, settings](TlsTestConnection& tls) { Http2TestConnection(&tls, on_request, settings).Serve(); };
  }
  // So many GETs at a time, on a fiber.
  struct Item {
    std::string url;
    HttpRequest request;
    HttpResponse response;
    std::unique_ptr<HttpExchange> exchange;
  };
  std::vector<std::unique_ptr<Item>> GetMany(const std::string& url, int count) {
    std::vector<std::unique_ptr<Item>> items;
    std::vector<HttpBatchRequest> list;
    for (int i = 0; i < count; ++i) {
      items.push_back(std::make_unique<Item>());
      items.back()->url = url + std::to_string(i);
      items.back()->request.url = items.back()->url;
      items.back()->exchange = client_->MakeExchange();
      list.push_back({items.back()->exchange.get(), &items.back()->request, &items.back()->response});
    }
    RunHttpBatch(list, {100, 0});
    return items;
  }

  TestCertificate authority_ = MakeAuthority("mockarty test authority");
  TestCertificate good_ = Issue(&authority_, "DNS:localhost,IP:127.0.0.1");
  std::string ca_file_;
};

}  // namespace mockarty

#endif  // TESTS_HTTP_HTTP2_FIXTURE_H_
