# -DTOMBOLA_SANITIZE=ON: every access and every undefined operation checked; the first finding ends the test.
option(TOMBOLA_SANITIZE "build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
if(TOMBOLA_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g -O1)
  add_link_options(-fsanitize=address,undefined)
endif()
