// Early return for absl::Status and absl::StatusOr (Abseil 20220623 has no such macros yet).
#ifndef COMMON_BASE_STATUS_MACROS_H_
#define COMMON_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define MOCKARTY_CONCAT_INNER_(a, b) a##b
#define MOCKARTY_CONCAT_(a, b) MOCKARTY_CONCAT_INNER_(a, b)

// Returns from the enclosing function when `expr` (an absl::Status) is not OK.
#define RETURN_IF_ERROR(expr)                                         \
  do {                                                                \
    if (::absl::Status status_macro_ = (expr); !status_macro_.ok()) { \
      return status_macro_;                                           \
    }                                                                 \
  } while (false)

// ASSIGN_OR_RETURN(auto value, FunctionReturningStatusOr());
#define ASSIGN_OR_RETURN(lhs, expr) ASSIGN_OR_RETURN_IMPL_(MOCKARTY_CONCAT_(status_or_, __LINE__), lhs, expr)

// NOLINTBEGIN(bugprone-macro-parentheses): `lhs` may be a declaration, `tmp` is a name.
#define ASSIGN_OR_RETURN_IMPL_(tmp, lhs, expr) \
  auto tmp = (expr);                           \
  if (!tmp.ok()) {                             \
    return std::move(tmp).status();            \
  }                                            \
  lhs = std::move(tmp).value()
// NOLINTEND(bugprone-macro-parentheses)

#endif  // COMMON_BASE_STATUS_MACROS_H_
