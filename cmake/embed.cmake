# couplet_embed(TARGET NAMESPACE FILE ...): each file becomes a std::string_view constant in
# <binary>/embedded/<target>/web.hpp, named by its file name with '.' and '-' as '_'
# (and "file_" in front of a digit).
function(couplet_embed target namespace)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded/${target})
  set(header ${out}/${target}_web.hpp)
  list(JOIN ARGN "|" files)
  add_custom_command(OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -DOUT=${header} -DNAMESPACE=${namespace} "-DFILES=${files}" -P ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake
    DEPENDS ${ARGN} ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake VERBATIM)
  target_sources(${target} PRIVATE ${header})
  target_include_directories(${target} PRIVATE ${out})
endfunction()
