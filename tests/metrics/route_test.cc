#include "common/metrics/route.h"

#include <string>

#include "gtest/gtest.h"

namespace mockarty {
namespace {

TEST(Route, NumbersUuidsAndHashesBecomePlaceholders) {
  EXPECT_EQ(NormalisePath("/users/42/orders"), "/users/{id}/orders");
  EXPECT_EQ(NormalisePath("/users/6f9619ff-8b86-D011-b42d-00cf4fc964ff"), "/users/{uuid}");
  EXPECT_EQ(NormalisePath("/docs/507f1f77bcf86cd799439011/rev/1"), "/docs/{hex}/rev/{id}");
  EXPECT_EQ(NormalisePath("/0/1/2/"), "/{id}/{id}/{id}/");
}

TEST(Route, WhatOnlyLooksLikeOneStays) {
  EXPECT_EQ(NormalisePath("/v1/users"), "/v1/users");
  EXPECT_EQ(NormalisePath("/users/42a"), "/users/42a");
  EXPECT_EQ(NormalisePath("/users/-1"), "/users/-1");
  EXPECT_EQ(NormalisePath("/a/deadbeef"), "/a/deadbeef");                          // too short for a hash
  EXPECT_EQ(NormalisePath("/a/feedfacefeedfacefeed"), "/a/feedfacefeedfacefeed");  // letters only: a word
  EXPECT_EQ(NormalisePath("/u/6f9619ff-8b86-d011-b42d-00cf4fc964fg"), "/u/6f9619ff-8b86-d011-b42d-00cf4fc964fg");
  EXPECT_EQ(NormalisePath("/u/6f9619ff8-b86-d011-b42d-00cf4fc964ff"), "/u/6f9619ff8-b86-d011-b42d-00cf4fc964ff");
}

TEST(Route, QueryAndFragmentAreDropped) {
  EXPECT_EQ(NormalisePath("/search?q=1&u=/a/b"), "/search");
  EXPECT_EQ(NormalisePath("/page#top"), "/page");
  EXPECT_EQ(NormalisePath(""), "/");
  EXPECT_EQ(NormalisePath("?x=1"), "/");
  EXPECT_EQ(NormalisePath("relative/7"), "/relative/{id}");
}

TEST(Route, NamesKeepSchemeHostAndPort) {
  EXPECT_EQ(RouteName("http://Shop.Example:8080/users/42?page=1"), "http://shop.example:8080/users/{id}");
  EXPECT_EQ(RouteName("https://user:secret@shop.example/a"), "https://shop.example/a");
  EXPECT_EQ(RouteName("https://shop.example"), "https://shop.example/");
  EXPECT_EQ(RouteName("https://shop.example?x=1"), "https://shop.example/");
  EXPECT_EQ(RouteName("http://[::1]:99/7"), "http://[::1]:99/{id}");
  EXPECT_EQ(RouteName("no url at all"), "/no url at all");
}

TEST(Route, LengthIsBounded) {
  const std::string long_segment = "http://h/" + std::string(10'000, 'x');
  EXPECT_EQ(RouteName(long_segment).size(), 256U);
  EXPECT_TRUE(RouteName(long_segment).ends_with("x..."));
  std::string deep = "http://h";
  for (int i = 0; i < 1'000; ++i) {
    deep += "/1";
  }
  const std::string name = RouteName(deep);
  EXPECT_LE(name.size(), 256U);
  EXPECT_TRUE(name.ends_with("/{id}/..."));
  EXPECT_LE(RouteName("http://" + std::string(10'000, 'h') + "/x").size(), 256U);
}

}  // namespace
}  // namespace mockarty
