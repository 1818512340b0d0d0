# diwan::yaml_cpp, whatever the installed yaml-cpp calls its target: yaml-cpp up to 0.7 (Debian 12),
# yaml-cpp::yaml-cpp from 0.8 (Ubuntu 24.04).
find_package(yaml-cpp 0.7 REQUIRED)

if(NOT TARGET diwan::yaml_cpp)
  add_library(diwan_yaml_cpp INTERFACE)
  add_library(diwan::yaml_cpp ALIAS diwan_yaml_cpp)
  if(TARGET yaml-cpp::yaml-cpp)
    target_link_libraries(diwan_yaml_cpp INTERFACE yaml-cpp::yaml-cpp)
  else()
    target_link_libraries(diwan_yaml_cpp INTERFACE yaml-cpp)
  endif()
endif()
