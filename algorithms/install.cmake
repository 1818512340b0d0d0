# find_package(diwan_algorithms) for other projects. Part of a whole Diwan only when asked for:
# cmake --install BUILD --component algorithms --prefix PREFIX
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(place ${CMAKE_INSTALL_LIBDIR}/cmake/diwan_algorithms)
set(part COMPONENT algorithms)
if(NOT PROJECT_NAME STREQUAL diwan_algorithms)
  list(APPEND part EXCLUDE_FROM_ALL)
endif()

install(TARGETS diwan_space diwan_algorithms EXPORT diwan_algorithms
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} ${part}
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/diwan ${part})
install(EXPORT diwan_algorithms NAMESPACE diwan:: FILE diwan_algorithms-targets.cmake
  DESTINATION ${place} ${part})
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/diwan_algorithms-config.cmake
"include(CMakeFindDependencyMacro)
find_dependency(Eigen3 3.3 NO_MODULE)
include(\${CMAKE_CURRENT_LIST_DIR}/diwan_algorithms-targets.cmake)
")
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/diwan_algorithms-config-version.cmake
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/diwan_algorithms-config.cmake
    ${CMAKE_CURRENT_BINARY_DIR}/diwan_algorithms-config-version.cmake
  DESTINATION ${place} ${part})
