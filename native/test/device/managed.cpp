/* Lets the C tests run on a GPU as they are: heap and stack lie in memory that processor and device share, and with
 * CUDA_LAUNCH_BLOCKING=1 every kernel has run when its call returns. Linked with --wrap for main and the heap. The heap
 * is memory that moves to who asks for it or, where a system has none, the processor's. The stack is ordinary memory
 * that the device is shown or, where that is refused, the driver's: then nobody can wait for the thread itself, since
 * the word by which it is joined lies in its stack, and a system waits for no word of memory that is a driver's. */
#include <cuda_runtime.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

extern "C" {
int __real_main(void);

static bool moves(void) {
  int *word = nullptr;
  const bool filled = cudaMallocManaged((void **)&word, sizeof *word) == cudaSuccess &&
                      cudaMemset(word, 0x5a, sizeof *word) == cudaSuccess && cudaDeviceSynchronize() == cudaSuccess;
  const bool moves = filled && *word == 0x5a5a5a5a;
  cudaFree(word);
  cudaGetLastError(); /* which is no test's */
  return moves;
}

static bool heap_moves(void) {
  static const bool found = moves();
  return found;
}

void *__wrap_malloc(size_t bytes) {
  void *memory = nullptr;
  const size_t some = bytes > 0 ? bytes : 1;
  const cudaError_t error = heap_moves() ? cudaMallocManaged(&memory, some) : cudaMallocHost(&memory, some);
  return error == cudaSuccess ? memory : nullptr;
}

void *__wrap_calloc(size_t count, size_t size) {
  void *memory = __wrap_malloc(count * size);
  return memory == nullptr ? nullptr : memset(memory, 0, count * size);
}

void *__wrap_aligned_alloc(size_t, size_t bytes) {
  return __wrap_malloc(bytes); /* aligned to 256 bytes and more */
}

void __wrap_free(void *memory) {
  if (heap_moves()) {
    cudaFree(memory);
  } else {
    cudaFreeHost(memory);
  }
}

static sem_t ended;
static int result;

static void *run(void *) {
  result = __real_main();
  sem_post(&ended);
  return nullptr;
}

/* Memory that has one address for the processor and the device, or null. */
static void *shared_stack(size_t bytes) {
  void *stack = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *seen = nullptr;
  const bool shared = stack != MAP_FAILED && cudaHostRegister(stack, bytes, cudaHostRegisterMapped) == cudaSuccess &&
                      cudaHostGetDevicePointer(&seen, stack, 0) == cudaSuccess && seen == stack;
  return shared || cudaMallocHost(&stack, bytes) == cudaSuccess ? stack : nullptr;
}

int __wrap_main(void) {
  const char *blocking = getenv("CUDA_LAUNCH_BLOCKING");
  if (blocking == nullptr || strcmp(blocking, "1") != 0) {
    fprintf(stderr, "set CUDA_LAUNCH_BLOCKING=1: the tests read results at once\n");
    return 2;
  }
  int devices = 0;
  const cudaError_t error = cudaGetDeviceCount(&devices);
  if (error != cudaSuccess || devices == 0) {
    const char *required = getenv("TOMBOLA_REQUIRE");
    if (required != nullptr && strcmp(required, "cuda") == 0) {
      fprintf(stderr, "a GPU is required, and there is none here: %s\n", cudaGetErrorString(error));
      return 1;
    }
    printf("SKIPPED: there is no GPU here\n");
    return 77;
  }
  enum { STACK = 16 << 20 };
  void *stack = shared_stack(STACK);
  pthread_attr_t attributes;
  pthread_t thread;
  sem_init(&ended, 0, 0);
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  if (stack == nullptr || pthread_attr_setstack(&attributes, stack, STACK) != 0 ||
      pthread_create(&thread, &attributes, run, nullptr) != 0) {
    fprintf(stderr, "no thread with a shared stack: %s\n", cudaGetErrorString(cudaGetLastError()));
    return 1;
  }
  while (sem_wait(&ended) != 0) {
  }
  fflush(nullptr);
  _exit(result); /* and nothing is taken down while the thread may still be in its stack */
}
}
