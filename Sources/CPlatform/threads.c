#include "CPlatform.h"

void CPlatform_name_thread(const char *name) {
  pthread_setname_np(pthread_self(), name);
}
