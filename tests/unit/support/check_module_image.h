/* A shared object as plain data: no section, one segment, one table of symbols, which tests may change as they like.
 * Addresses are ADDRESS above offsets, so that code which confuses the two fails. */
#ifndef KS_TEST_CHECK_MODULE_IMAGE_H
#define KS_TEST_CHECK_MODULE_IMAGE_H

#include <elf.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ADDRESS         0x10000
#define SYMBOLS_MOST    12
#define FUNCTION        ELF64_ST_INFO(STB_GLOBAL, STT_FUNC)
#define OBJECT          ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT)
#define AT(member)      (ADDRESS + offsetof(struct module_image, member))
#define MARK(name)      "_kube_shields_check_is_" name
#define ABI_SYMBOL_NAME "_kube_shields_check_abi"

enum {
    ENTRY_SYMBOLS,
    ENTRY_SYMBOL_SIZE,
    ENTRY_STRINGS,
    ENTRY_STRINGS_SIZE,
    ENTRY_HASH,
    ENTRY_FLAGS,
    ENTRY_END,
    ENTRIES
};

struct module_image {
    ElfW(Ehdr) header;
    ElfW(Phdr) segments[2];
    ElfW(Dyn) dynamic[ENTRIES];
    ElfW(Sym) symbols[SYMBOLS_MOST]; /* the first is unused, as ELF demands */
    uint32_t gnu_buckets, gnu_first, gnu_bloom_words, gnu_bloom_shift;
    ElfW(Addr) gnu_bloom;
    uint32_t gnu_bucket;
    uint32_t gnu_chains[SYMBOLS_MOST];
    Elf_Symndx hash_buckets, hash_symbols;
    char strings[640];
    uint32_t abi;
    uint32_t end;
};

extern const ElfW(Ehdr) test_header __asm__("__ehdr_start") __attribute__((visibility("hidden")));

static inline void module_image_init(struct module_image *image)
{
    memset(image, 0, sizeof *image);
    memcpy(image->header.e_ident, test_header.e_ident, sizeof image->header.e_ident);
    image->header.e_machine = test_header.e_machine;
    image->header.e_type = ET_DYN;
    image->header.e_phoff = offsetof(struct module_image, segments);
    image->header.e_phentsize = sizeof image->segments[0];
    image->header.e_phnum = 2;
    image->segments[0].p_type = PT_LOAD;
    image->segments[0].p_vaddr = ADDRESS;
    image->segments[0].p_filesz = sizeof *image;
    image->segments[1].p_type = PT_DYNAMIC;
    image->segments[1].p_vaddr = AT(dynamic);
    image->dynamic[ENTRY_SYMBOLS] = (ElfW(Dyn)){DT_SYMTAB, {AT(symbols)}};
    image->dynamic[ENTRY_SYMBOL_SIZE] = (ElfW(Dyn)){DT_SYMENT, {sizeof image->symbols[0]}};
    image->dynamic[ENTRY_STRINGS] = (ElfW(Dyn)){DT_STRTAB, {AT(strings)}};
    image->dynamic[ENTRY_STRINGS_SIZE] = (ElfW(Dyn)){DT_STRSZ, {sizeof image->strings}};
    image->dynamic[ENTRY_HASH] = (ElfW(Dyn)){DT_GNU_HASH, {AT(gnu_buckets)}};
    image->dynamic[ENTRY_FLAGS] = (ElfW(Dyn)){DT_FLAGS_1, {DF_1_NOW}};
    image->gnu_buckets = 1;
    image->gnu_first = 1;
    image->gnu_bloom_words = 1;
    image->hash_symbols = 1;
    image->abi = 1;
}

/* Adds a symbol, defined at the address of the ABI. Returns it, so that a test can change it. */
static inline ElfW(Sym) * module_image_add(struct module_image *image, const char *name, unsigned info)
{
    Elf_Symndx index = image->hash_symbols;
    size_t used = 1;

    while (image->strings[used]) {
        used += strlen(image->strings + used) + 1;
    }
    if (index >= SYMBOLS_MOST || used + strlen(name) + 1 > sizeof image->strings) {
        abort();
    }
    memcpy(image->strings + used, name, strlen(name));
    image->symbols[index] = (ElfW(Sym)){
        .st_name = (uint32_t)used,
        .st_info = (unsigned char)info,
        .st_shndx = 1,
        .st_value = AT(abi),
        .st_size = sizeof image->abi,
    };
    image->gnu_bucket = 1;
    memset(image->gnu_chains, 0, sizeof image->gnu_chains);
    image->gnu_chains[index - 1] = 1;
    image->hash_symbols++;
    return &image->symbols[index];
}

#endif
