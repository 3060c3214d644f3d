#include "common/base/stack_limit.h"

__thread char* mockarty_stack_limit = 0;
