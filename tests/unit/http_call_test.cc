#include "engine/modules/http_call.h"

#include <gtest/gtest.h>

#include <string_view>

#include "engine/clients/http/http_request.h"

namespace mockarty {
namespace {

TEST(HttpCallTest, KeepsWhatWasAdded) {
  HttpCall call;
  const HttpCall::Text name = call.Add("a");
  HttpCall::Text value = call.Add("b");
  call.Append(value, "c");
  call.AddHeader(name, value);
  HttpRequest request;
  call.Finish(request);
  ASSERT_EQ(request.headers.size(), 1u);
  EXPECT_EQ(request.headers[0].name, "a");
  EXPECT_EQ(request.headers[0].value, "bc");
  EXPECT_FALSE(call.TooLarge());
}

TEST(HttpCallTest, RefusesMoreThanItsBound) {
  HttpCall call;
  HttpCall::Text body = call.Add("xyz");
  // Looked at for its size only.
  const std::string_view huge(call.View(body).data(), HttpCall::kMaxBytes - 2);
  call.Append(body, huge);
  EXPECT_TRUE(call.TooLarge());
  EXPECT_EQ(call.View(body), "xyz");
  const HttpCall::Text next = call.Add("small");
  EXPECT_TRUE(call.TooLarge());
  EXPECT_EQ(call.View(next), "");
  call.Clear();
  EXPECT_FALSE(call.TooLarge());
  EXPECT_EQ(call.View(call.Add("again")), "again");
}

}  // namespace
}  // namespace mockarty
