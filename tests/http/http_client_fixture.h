// An HTTP client of its own for each test, with the ways tests use it.
#ifndef TESTS_HTTP_HTTP_CLIENT_FIXTURE_H_
#define TESTS_HTTP_HTTP_CLIENT_FIXTURE_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/clients/http/http_client.h"
#include "engine/vu/fiber.h"
#include "engine/vu/loop.h"
#include "tests/http/test_server.h"

namespace mockarty {

class HttpClientFixture : public testing::Test {
 protected:
  // Makes the transport anew with these options, and a client on it.
  void Use(HttpClientOptions options, DialPolicy policy = {}) {
    client_.reset();
    transport_ = std::move(HttpTransport::Create(std::move(options), resolver_.get(), std::move(policy))).value();
    client_ = std::make_unique<HttpClient>(transport_.get());
  }
  // Names are looked up in this way from now on.
  void UseLookup(DnsResolver::Lookup lookup) {
    client_.reset();
    transport_.reset();
    DnsResolver::Options options;
    options.lookup = std::move(lookup);
    resolver_ = std::make_unique<DnsResolver>(std::move(options));
    Use({});
  }
  void SetUp() override { Use({}); }

  // The client's connections end with the loop they belong to.
  void RunOnFiber(const std::function<void()>& body) {
    mockarty::RunOnFiber([&] {
      body();
      client_->CloseConnections();
    });
  }

  // Clients on one loop, each with a connection of its own to a server that answers with the body it was sent.
  void ExpectEchoes(const std::string& url, int clients, int requests) {
    std::unique_ptr<Loop> loop = std::move(Loop::Create()).value();
    std::vector<std::unique_ptr<Fiber>> fibers;
    int left = clients;
    for (int c = 0; c < clients; ++c) {
      fibers.push_back(std::move(Fiber::Create(loop.get(), [&, c] {
                         HttpClient client(transport_.get());
                         for (int r = 0; r < requests; ++r) {
                           const std::string body = std::string(static_cast<size_t>(r), 'x') + std::to_string(c);
                           HttpRequest request;
                           request.method = "POST";
                           request.url = url;
                           request.body = body;
                           HttpResponse response;
                           client.Execute(request, &response);
                           EXPECT_EQ(response.status, 200) << response.error.message;
                           EXPECT_EQ(response.body, body);
                         }
                         client.CloseConnections();
                         if (--left == 0) loop->Stop();
                       })).value());
      loop->MakeReady(fibers.back().get());
    }
    loop->Run();
  }

  const HttpResponse& Execute(const HttpRequest& request) {
    client_->Execute(request, &response_);
    return response_;
  }
  const HttpResponse& Get(const std::string& url, Nanos timeout = 0) { return Send("GET", url, "", {}, timeout); }
  const HttpResponse& Send(std::string_view method, const std::string& url, std::string_view body = "",
                           std::vector<HttpHeader> headers = {}, Nanos timeout = 0) {
    url_ = url;
    headers_ = std::move(headers);
    HttpRequest request;
    request.method = method;
    request.url = url_;
    request.headers = headers_;
    request.body = body;
    request.timeout = timeout;
    return Execute(request);
  }

  std::unique_ptr<DnsResolver> resolver_ = std::make_unique<DnsResolver>();
  std::unique_ptr<HttpTransport> transport_;
  std::unique_ptr<HttpClient> client_;
  HttpResponse response_;
  std::string url_;
  std::vector<HttpHeader> headers_;
};

}  // namespace mockarty

#endif  // TESTS_HTTP_HTTP_CLIENT_FIXTURE_H_
