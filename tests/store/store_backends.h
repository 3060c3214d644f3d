// The two kinds of stores as test parameters: each test gets a database of its own, which may be opened many times.
#ifndef TESTS_STORE_STORE_BACKENDS_H_
#define TESTS_STORE_STORE_BACKENDS_H_

#include <memory>
#include <string>

#include "coordinator/store/store.h"
#include "gtest/gtest.h"
#include "tests/store/postgres_process.h"
#include "tests/store/temp_folder.h"

namespace mockarty::testing {

// One server for all tests of the binary; stopped when the tests are over.
class PostgresEnvironment final : public ::testing::Environment {
 public:
  static PostgresProcess& Server() {
    if (server_ == nullptr) server_ = std::make_unique<PostgresProcess>();
    return *server_;
  }
  void TearDown() override { server_.reset(); }

 private:
  static inline std::unique_ptr<PostgresProcess> server_;
};

// The name of a new, empty database.
inline std::string NewDatabase() {
  static int number = 0;
  const std::string name = "test" + std::to_string(++number);
  PostgresProcess& server = PostgresEnvironment::Server();
  EXPECT_TRUE(server.running()) << "PostgreSQL could not be started; it is needed for these tests";
  EXPECT_TRUE(server.running() && server.Execute("postgres", "CREATE DATABASE " + name));
  return name;
}

}  // namespace mockarty::testing

#endif  // TESTS_STORE_STORE_BACKENDS_H_
